/** The value of the user's own portfolio at each of its analyses: which ones count, and how they are drawn and worded. */

import type { ListedJob } from "../api/types";
import { clockOf, dateOf, dayOf, dollars, shortDateOf } from "../words/amounts";

/** The portfolio's value when an analysis started. */
export interface ValueAt {
  at: string;
  value: number;
}

/** In px, from the top left. */
export interface Point {
  x: number;
  y: number;
}

/** With fewer values, there is no course to see. */
const LEAST = 3;

/** Return the values in order of time, without those of the sample; null if there are too few for a chart. */
export function valueHistory(jobs: readonly ListedJob[]): ValueAt[] | null {
  const values = jobs
    .flatMap(({ is_sample, created_at: at, total_value: value }) =>
      is_sample || value === null ? [] : [{ at, value }],
    )
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return values.length < LEAST ? null : values;
}

/** Return the position of each value within the time of all of them, from 0 to 1. */
export function shareOfTime(history: readonly ValueAt[]): number[] {
  const times = history.map(({ at }) => Date.parse(at));
  const [start, end] = [times[0]!, times.at(-1)!];
  return times.map((time) => (time - start) / Math.max(end - start, 1));
}

/** Return the labels of the first and the last time, as short as the time between them allows. */
export function endLabels(first: string, last: string): [string, string] {
  if (shortDateOf(first) === shortDateOf(last))
    return [`${dayOf(first)}, ${clockOf(first)}`, clockOf(last)];
  const label =
    new Date(first).getFullYear() === new Date(last).getFullYear() ? dayOf : shortDateOf;
  return [label(first), label(last)];
}

/** Describe the course: `From $1,000 on November 1, 2026 to $3,000 on November 29, 2026, in 4 analyses. …`. */
export function inWords(history: readonly ValueAt[]): string {
  const [first, last] = [history[0]!, history.at(-1)!];
  const values = history.map(({ value }) => value);
  return (
    `From ${dollars(first.value)} on ${dateOf(first.at)} to ${dollars(last.value)} on ${dateOf(last.at)}, ` +
    `in ${history.length} analyses. ` +
    `Lowest: ${dollars(Math.min(...values))}. Highest: ${dollars(Math.max(...values))}.`
  );
}

/** The space between a label and the line, and the height of a label's letters. */
const GAP_PX = 9;
const LETTERS_PX = 10;

/**
 * Return the baseline of a point's label that extends from `left` to `right`: above the line if the line stays near the
 * point there, otherwise below it.
 */
export function labelBaseline(
  line: readonly Point[],
  point: Point,
  [left, right]: [number, number],
): number {
  const beside = [
    heightAt(line, left),
    heightAt(line, right),
    ...line.filter(({ x }) => x >= left && x <= right).map(({ y }) => y),
  ];
  const above = Math.min(...beside) - GAP_PX;
  return point.y - above <= 2 * GAP_PX ? above : Math.max(...beside) + GAP_PX + LETTERS_PX;
}

/** Return the height of the line at a horizontal position; beyond its ends, that of the end. */
function heightAt(line: readonly Point[], x: number): number {
  const next = line.findIndex((point) => point.x >= x);
  if (next <= 0) return line.at(next)!.y;
  const [from, to] = [line[next - 1]!, line[next]!];
  return from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
}
