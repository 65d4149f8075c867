/** The scale of a chart's bars, so that their lengths can be compared with the track behind them. */

import type { Slice } from "../api/types";

export interface BarScale {
  /** The value at the left end, or at the right end of losses only. */
  low: number;
  high: number;
  /** The ends as text; null without an axis that needs them. */
  ends: [string, string] | null;
  /** Whether the bar's full width has a meaning of its own, and is therefore drawn. */
  hasTrack: boolean;
}

const WHOLE = 100;
const LEAST_LOSS = 50;
const STEP = 10;

/**
 * Shares of a whole are drawn on 0 to 100%. Losses are drawn from the left like other bars, on 0 to -50%, or further in
 * steps of 10 points. Values without shares are drawn relative to the largest, without a track.
 */
export function barScale(slices: readonly Slice[]): BarScale {
  const shares = slices.map(shareOf);
  const known = shares.filter((share) => share !== null);
  if (known.length < slices.length) {
    const values = slices.map(({ value }) => value);
    return {
      low: Math.min(0, ...values),
      high: Math.max(0, ...values),
      ends: null,
      hasTrack: false,
    };
  }
  const worst = Math.min(0, ...known);
  if (worst === 0) return { low: 0, high: WHOLE, ends: null, hasTrack: true };
  const low = Math.min(-LEAST_LOSS, Math.floor(worst / STEP) * STEP);
  const best = Math.max(0, ...known);
  if (best === 0) return { low, high: 0, ends: ["0%", `${low}%`], hasTrack: true };
  const high = Math.ceil(best / STEP) * STEP;
  return { low, high, ends: [`${low}%`, `+${high}%`], hasTrack: true };
}

/** Return the value that the scale measures: the share in percent, or the amount where some slice has no share. */
export function measured(slice: Slice, { hasTrack }: BarScale): number {
  return (hasTrack ? shareOf(slice) : null) ?? slice.value;
}

/** Return where a value lies between the left end (0) and the right end (1). */
export function placeOf(value: number, { low, high }: BarScale): number {
  if (high === 0 && low < 0) return Math.abs(value / low);
  return (value - low) / (high - low || 1);
}

/** Parse `85%`, `-32%`, or `<1%`, which counts as 0.5. */
export function shareOf({ share }: Pick<Slice, "share">): number | null {
  const found = /^(<?)([+-]?\d+(?:\.\d+)?)%$/.exec(share ?? "");
  if (!found) return null;
  return found[1] ? 0.5 : Number(found[2]);
}
