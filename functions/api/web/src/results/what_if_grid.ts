/** Interpolates the grid of what-ifs in the retirement section. Its format is documented in the API's `WhatIf` schema. */

import { isRecord } from "./unknown";

export interface WhatIfGrid {
  retirement_ages: number[];
  savings: number[];
  success_rates: number[];
  /** By retirement age, saving, and success rate. */
  spending: number[][][];
}

export interface Plan {
  retirementAge: number;
  saving: number;
  spending: number;
}

/** Return the payload's grid; null if it has none. */
export function gridOf(grid: unknown): WhatIfGrid | null {
  if (!isRecord(grid) || !Array.isArray(grid["spending"])) return null;
  const found = grid as unknown as WhatIfGrid;
  return found.spending.length > 0 && found.savings.length > 0 ? found : null;
}

/** Return the percentage of simulations in which the money lasts, within a point of a new simulation. */
export function chanceOf(grid: WhatIfGrid, { retirementAge, saving, spending }: Plan): number {
  const lasting = spendingThatLasts(grid, retirementAge, saving);
  const next = lasting.findIndex((amount) => spending <= amount);
  if (next === -1) return 0;
  if (next === 0) return 100;
  const [low, high] = [lasting[next - 1]!, lasting[next]!];
  return between(
    grid.success_rates[next - 1]!,
    grid.success_rates[next]!,
    (spending - low) / (high - low),
  );
}

/** Return the spending that lasts at each of the grid's success rates, ascending. */
function spendingThatLasts(grid: WhatIfGrid, retirementAge: number, saving: number): number[] {
  const bySaving = grid.spending[nearest(grid.retirement_ages, retirementAge)]!;
  const found = grid.savings.findIndex((node) => node >= saving);
  const high = found === -1 ? grid.savings.length - 1 : found;
  const low = Math.max(high - 1, 0);
  if (low === high) return bySaving[high]!;
  const [from, to] = [grid.savings[low]!, grid.savings[high]!];
  const share = Math.min((saving - from) / (to - from), 1);
  return bySaving[low]!.map((amount, place) => between(amount, bySaving[high]![place]!, share));
}

function nearest(ages: number[], age: number): number {
  return Math.min(Math.max(Math.round(age) - ages[0]!, 0), ages.length - 1);
}

const between = (from: number, to: number, share: number): number => from + share * (to - from);
