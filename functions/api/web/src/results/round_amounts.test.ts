import { expect, it } from "vitest";
import { roundAmounts } from "./round_amounts";

it("labels an axis with few round amounts from zero", () => {
  expect(roundAmounts(301_580, 4)).toEqual([0, 100_000, 200_000, 300_000]);
  expect(roundAmounts(1, 4)).toEqual([0, 0.5, 1]);
  expect(roundAmounts(1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
});
