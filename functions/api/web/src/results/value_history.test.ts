import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ListedJob } from "../api/types";
import { endLabels, inWords, labelBaseline, shareOfTime, valueHistory } from "./value_history";

function job(created_at: string, total_value: number | null, is_sample = false): ListedJob {
  return { created_at, total_value, is_sample } as ListedJob;
}

beforeEach(() => void vi.stubEnv("TZ", "America/New_York"));
afterEach(() => void vi.unstubAllEnvs());

describe("the history", () => {
  const newestFirst = [
    job("2026-11-29T10:00:00Z", 3000),
    job("2026-11-28T10:00:00Z", 301_580, true),
    job("2026-11-27T10:00:00Z", null),
    job("2026-11-27T09:00:00Z", 0),
    job("2026-11-01T10:00:00Z", 1000),
  ];

  it("has the own portfolio's values in order of time, without those of the sample", () => {
    expect(valueHistory(newestFirst)).toEqual([
      { at: "2026-11-01T10:00:00Z", value: 1000 },
      { at: "2026-11-27T09:00:00Z", value: 0 },
      { at: "2026-11-29T10:00:00Z", value: 3000 },
    ]);
  });

  it("needs three values", () => {
    expect(valueHistory(newestFirst.slice(0, -1))).toBeNull();
    expect(valueHistory([])).toBeNull();
  });

  it("is described with its ends and its extremes", () => {
    expect(inWords(valueHistory(newestFirst)!)).toBe(
      "From $1,000 on November 1, 2026 to $3,000 on November 29, 2026, in 3 analyses. " +
        "Lowest: $0. Highest: $3,000.",
    );
  });
});

describe("the time axis", () => {
  const at = (...times: string[]) => times.map((time) => ({ at: `2026-11-${time}`, value: 1 }));

  it("is to scale, within a day, too", () => {
    expect(shareOfTime(at("01T00:00Z", "11T00:00Z", "11T12:00Z", "21T00:00Z"))).toEqual([
      0, 0.5, 0.525, 1,
    ]);
  });

  it("starts with analyses of the same moment", () => {
    expect(shareOfTime(at("01T00:00Z", "01T00:00Z", "01T00:00Z"))).toEqual([0, 0, 0]);
  });

  it("is labeled by day, with the year or the time only if they differ", () => {
    const labels = (first: string, last: string) =>
      endLabels(first, last).map((label) => label.replaceAll(/\s/g, " "));
    const first = "2026-11-01T15:05:00Z";
    expect(labels(first, "2026-11-29T15:05:00Z")).toEqual(["Nov 1", "Nov 29"]);
    expect(labels(first, "2027-01-02T15:05:00Z")).toEqual(["Nov 1, 2026", "Jan 2, 2027"]);
    expect(labels(first, "2026-11-01T22:10:00Z")).toEqual(["Nov 1, 10:05 AM", "5:10 PM"]);
    expect(labels("2027-01-01T04:00:00Z", "2027-01-01T06:00:00Z")).toEqual([
      "Dec 31, 2026",
      "Jan 1, 2027",
    ]);
  });
});

describe("a label at an end of the line", () => {
  const baseline = (heights: number[], place: number) => {
    const line = heights.map((y, n) => ({ x: 50 * n, y }));
    const { x } = line.at(place)!;
    return labelBaseline(line, line.at(place)!, place === 0 ? [x, x + 80] : [x - 80, x]);
  };

  it("is above a line that stays near or falls", () => {
    expect(baseline([50, 48, 50, 60], 0)).toBe(39);
    expect(baseline([50, 90, 90, 90], 0)).toBe(41);
    expect(baseline([50, 50, 50, 50], -1)).toBe(41);
  });

  it("is below a line that rises, as far as the label extends", () => {
    expect(baseline([50, 20, 10, 10], 0)).toBe(69);
    expect(baseline([10, 10, 20, 50], -1)).toBe(69);
  });
});
