import { describe, expect, it } from "vitest";
import type { Slice } from "../api/types";
import { barScale, measured, placeOf } from "./bar_scale";

function slices(...of: [value: number, share?: string][]): Slice[] {
  return of.map(([value, share], n) => ({
    name: `Part ${n}`,
    value,
    color: "#009E73",
    ...(share === undefined ? {} : { share }),
  }));
}

function lengths(of: Slice[]): number[] {
  const scale = barScale(of);
  const length = (slice: Slice) => placeOf(measured(slice, scale), scale) - placeOf(0, scale);
  return of.map((slice) => Math.round(1000 * Math.abs(length(slice))) / 1000);
}

describe("the scale of bars", () => {
  it("draws shares as parts of the whole track", () => {
    const parts = slices([850, "85%"], [145, "14%"], [5, "<1%"]);
    expect(lengths(parts)).toEqual([0.85, 0.14, 0.005]);
    expect(barScale(parts).hasTrack).toBe(true);
  });

  it("draws losses from the left, half of the portfolio at most", () => {
    const losses = slices([-98_000, "-32%"], [-48_000, "-16%"]);
    expect(lengths(losses)).toEqual([0.64, 0.32]);
    expect(placeOf(0, barScale(losses))).toBe(0);
    expect(barScale(losses).ends).toEqual(["0%", "-50%"]);
  });

  it("extends the axis for larger losses", () => {
    expect(barScale(slices([-71, "-71%"])).ends).toEqual(["0%", "-80%"]);
  });

  it("draws gains and losses to either side of zero", () => {
    const both = slices([-20, "-20%"], [8, "8%"]);
    const scale = barScale(both);
    expect(scale.ends).toEqual(["-50%", "+10%"]);
    expect(placeOf(0, scale)).toBeCloseTo(5 / 6);
  });

  it("compares amounts without shares with the largest, without a track", () => {
    const amounts = slices([40], [20], [-10]);
    expect(lengths(amounts)).toEqual([0.8, 0.4, 0.2]);
    expect(barScale(amounts).hasTrack).toBe(false);
  });

  it("draws nothing for zeros", () => {
    expect(lengths(slices([0]))).toEqual([0]);
  });
});
