import { describe, expect, it } from "vitest";
import type { FanYear } from "../api/types";
import { amountAxis, spread, yearTicks } from "./fan_scale";

function fan(...strong: number[]): FanYear[] {
  return strong.map((p95, n) => ({
    ...{ year: 2026 + n, age: 40 + n, p5: 0, p25: p95 / 4, p50: p95 / 3, p75: p95 / 2, p95 },
  }));
}

describe("the amount axis", () => {
  it("has round amounts from zero, and ends a little above good outcomes", () => {
    const { top, ticks } = amountAxis(fan(10, 14_000_000));
    expect(top).toBeCloseTo(1.15 * 7_000_000);
    expect(ticks).toEqual([0, 2_000_000, 4_000_000, 6_000_000, 8_000_000]);
  });

  it("has an axis even if there is no money", () => {
    expect(amountAxis(fan(0, 0)).top).toBeGreaterThan(0);
  });
});

describe("the age axis", () => {
  it("labels the first age, retirement, the last age, and round ages that fit", () => {
    const years = fan(...Array.from({ length: 56 }, () => 1));
    const ages = (width: number, retirementAge: number | null) =>
      yearTicks(years, width, retirementAge).map((place) => years[place]!.age);
    expect(ages(800, null)).toEqual([40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95]);
    expect(ages(800, 67)).toEqual([40, 45, 50, 55, 60, 65, 67, 70, 75, 80, 85, 90, 95]);
    expect(ages(180, 65)).toEqual([40, 65, 80, 95]);
  });
});

describe("labels at the end", () => {
  it("do not overlap and stay within the plot", () => {
    expect(spread([0, 50, 100, 100, 100], 14, 100)).toEqual([0, 50, 72, 86, 100]);
  });
});
