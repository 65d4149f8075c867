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

it("has no note on complete data, or on a report without data quality", () => {
  expect(qualityNotes({ data_quality: FINE })).toEqual([]);
  expect(qualityNotes({})).toEqual([]);
  expect(qualityNotes(undefined)).toEqual([]);
});

it("names unpriced and unclassified holdings", () => {
  const notes = qualityNotes({
    data_quality: {
      ...FINE,
      unpriced: ["XYZ"],
      unclassified: ["ABC", "XYZ"],
      unclassified_value: 1200,
    },
  });
  expect(notes.map(({ text }) => text)).toEqual([
    "We left out 1 holding (XYZ) without a price.",
    "We couldn't classify 2 holdings (ABC, XYZ), worth $1,200.00.",
  ]);
});

it("has a note if prices could not be refreshed, and none if they were", () => {
  const message = "Prices could not be refreshed on 2026-11-25; the last known prices are used.";
  const after = (failed: string[]) =>
    qualityNotes({ data_quality: { ...FINE, price_refresh: { failed, message } } });
  expect(after(["XYZ"])).toEqual([{ text: message, isSerious: true }]);
  expect(after([])).toEqual([]);
});

it("repeats the warnings about the imported file", () => {
  const message = "Line 2: VTI at $30,115.00 is far from its last known price. Check the line.";
  const import_warnings = [{ imported_on: "2026-11-29", message }];
  expect(qualityNotes({ data_quality: { ...FINE, import_warnings } })).toEqual([
    { text: `Your file: ${message}`, isSerious: true },
  ]);
});

it("sets apart a file without a date, which affects no figure", () => {
  const message = "The file states no date, so its prices count as today's.";
  const import_warnings = [{ imported_on: "2026-11-29", message }];
  expect(qualityNotes({ data_quality: { ...FINE, import_warnings } })).toEqual([
    { text: message, isSerious: false },
  ]);
});

it("names only a few of many holdings", () => {
  const [note] = qualityNotes({ data_quality: { ...FINE, undated: [..."ABCDEFGHI"] } });
  expect(note!.text).toBe("The prices of 9 holdings (A, B, C, D, E, F, and 3 more) have no date.");
});

it("states how old the prices of holdings are", () => {
  const old = (stale: string[], oldest_price?: string) =>
    qualityNotes({ data_quality: { ...FINE, stale, oldest_price } })[0]!.text;
  expect(old(["A"])).toBe("The price of 1 holding (A) is more than a week old.");
  expect(old(["A", "B"], "2026-05-03")).toBe(
    "The prices of 2 holdings (A, B) are more than a week old; the oldest is from May 3, 2026.",
  );
});
