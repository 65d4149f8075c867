/** The geometry of the fan: what its axes show, and where its labels go. */

import type { FanYear } from "../api/types";
import { roundAmounts } from "./round_amounts";

export type Percentile = "p5" | "p25" | "p50" | "p75" | "p95";

/** The names of the percentiles, from the best outcome to the worst. */
export const PERCENTILES: readonly [Percentile, string][] = [
  ["p95", "Strong"],
  ["p75", "Good"],
  ["p50", "Median"],
  ["p25", "Weak"],
  ["p5", "Poor"],
];

export interface AmountAxis {
  top: number;
  /** Round amounts from zero to at most the top. */
  ticks: number[];
}

/**
 * Return the axis of the amounts. A few very favorable outcomes would flatten all others, so it ends a little above the
 * good ones; a label states the strong outcome where it is higher.
 */
export function amountAxis(fan: readonly FanYear[], most = 5): AmountAxis {
  const highest = (key: Percentile) => Math.max(...fan.map((year) => year[key]));
  const top = Math.max(Math.min(1.15 * highest("p75"), highest("p95")), 1);
  return { top, ticks: roundAmounts(top, most) };
}

/** The space that a label on the horizontal axis needs, per digit and around it. */
const DIGIT_PX = 8;
const AROUND_PX = 8;

/**
 * Return the places of the fan's years to label: the first, that of retirement, the last, and the round ages (or years,
 * without ages) that have room between them.
 */
export function yearTicks(
  fan: readonly FanYear[],
  widthPx: number,
  retirementAge: number | null,
  gapPx = 44,
): number[] {
  const last = fan.length - 1;
  const each = widthPx / Math.max(last, 1);
  const step = [1, 2, 5, 10, 20, 50].find((years) => years * each >= gapPx) ?? 100;
  const round = fan.flatMap((year, place) => (labelOf(year) % step === 0 ? [place] : []));
  const least = String(labelOf(fan[last]!)).length * DIGIT_PX + AROUND_PX;
  const retiring = fan.findIndex(({ age }) => age != null && age === retirementAge);
  return [0, last, ...(retiring < 0 ? [] : [retiring]), ...round]
    .reduce<number[]>(
      (placed, place) =>
        placed.every((other) => Math.abs(place - other) * each >= least)
          ? [...placed, place]
          : placed,
      [],
    )
    .toSorted((a, b) => a - b);
}

/** The number on the horizontal axis: the age, or the calendar year without one. */
export function labelOf({ age, year }: FanYear): number {
  return age ?? year;
}

/** Move labels apart: ascending positions, each at least `gap` from the last, none beyond `end`. */
export function spread(positions: readonly number[], gap: number, end: number): number[] {
  const placed: number[] = [];
  positions.forEach((at) => placed.push(Math.max(at, (placed.at(-1) ?? -Infinity) + gap)));
  for (let n = placed.length - 1, most = end; n >= 0; n--, most -= gap)
    placed[n] = Math.min(placed[n]!, most);
  return placed;
}
