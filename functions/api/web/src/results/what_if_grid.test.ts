import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chanceOf, gridOf, type WhatIfGrid } from "./what_if_grid";

/** Ages 65 and 66; each dollar saved lets $2 more be spent, and each year of work $1,000 more. */
const GRID: WhatIfGrid = {
  retirement_ages: [65, 66],
  savings: [0, 10_000],
  success_rates: [100, 50, 0],
  spending: [0, 1000].map((more) =>
    [0, 20_000].map((saved) => [10_000, 30_000, 50_000].map((amount) => amount + more + saved)),
  ),
};
const plan = (changes = {}) => ({ retirementAge: 65, saving: 0, spending: 30_000, ...changes });

describe("the chance of success", () => {
  it.each([
    [{}, 50],
    [{ spending: 20_000 }, 75],
    [{ spending: 10_000 }, 100],
    [{ spending: 5_000 }, 100],
    [{ spending: 50_000 }, 0],
    [{ spending: 60_000 }, 0],
    [{ saving: 5_000, spending: 40_000 }, 50],
    [{ saving: 10_000, spending: 50_000 }, 50],
    [{ saving: 90_000, spending: 50_000 }, 50],
    [{ retirementAge: 66, spending: 31_000 }, 50],
    [{ retirementAge: 80, spending: 31_000 }, 50],
  ])("for %j is %d%", (changes, chance) => {
    expect(chanceOf(GRID, plan(changes))).toBeCloseTo(chance);
  });

  it("falls with spending and rises with saving", () => {
    const amount = fc.integer({ min: 0, max: 60_000 });
    const saved = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(amount, saved, (spending, saving) => {
        const chance = chanceOf(GRID, plan({ spending, saving }));
        expect(chanceOf(GRID, plan({ spending: spending + 500, saving }))).toBeLessThanOrEqual(
          chance,
        );
        expect(chanceOf(GRID, plan({ spending, saving: saving + 500 }))).toBeGreaterThanOrEqual(
          chance,
        );
      }),
    );
  });
});

it.each([null, undefined, {}, { spending: [] }, "grid"])("%j is not a grid", (payload) => {
  expect(gridOf(payload)).toBeNull();
});
