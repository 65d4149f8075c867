import { expect, it } from "vitest";

import { qualityNotes } from "./quality";

const FINE = {
  unpriced: [],
  unclassified: [],
  unclassified_value: 0,
  stale: [],
  stale_value: 0,
  undated: [],
};

it("has nothing to say of data that are fine, and of a report that does not tell", () => {
  expect(qualityNotes({ data_quality: FINE })).toEqual([]);
  expect(qualityNotes({})).toEqual([]);
  expect(qualityNotes(undefined)).toEqual([]);
});

it("names what has no price and what is unknown", () => {
  const notes = qualityNotes({
    data_quality: {
      ...FINE,
      unpriced: ["XYZ"],
      unclassified: ["ABC", "XYZ"],
      unclassified_value: 1200,
    },
  });
  expect(notes).toEqual([
    "1 holding (XYZ) without a price, so not counted.",
    "2 holdings (ABC, XYZ) couldn't be classified ($1,200.00).",
  ]);
});

it("says that prices could not be refreshed, and nothing when they were", () => {
  const message = "Prices could not be refreshed on 2026-11-25; the last known prices are used.";
  const after = (failed: string[]) =>
    qualityNotes({ data_quality: { ...FINE, price_refresh: { failed, message } } });
  expect(after(["XYZ"])).toEqual([message]);
  expect(after([])).toEqual([]);
});

it("repeats what to check in the imported file", () => {
  const message = "Line 2: VTI at $30,115.00 is far from its last known price. Check the line.";
  const import_warnings = [{ imported_on: "2026-11-29", message }];
  expect(qualityNotes({ data_quality: { ...FINE, import_warnings } })).toEqual([
    `Your file: ${message}`,
  ]);
});

it("names a few of many", () => {
  const [note] = qualityNotes({ data_quality: { ...FINE, undated: [..."ABCDEFGHI"] } });
  expect(note).toBe("9 holdings (A, B, C, D, E, F and 3 more) with a price that has no date.");
});
