/** Reads the shares in a table of the report, for the bars beside them. */

import type { Slice } from "../api/types";
import { barScale, shareOf, type BarScale } from "./bar_scale";

/** Shares in percent; null where there is none. */
export interface Goal {
  target: number | null;
  after: number | null;
}

export interface ShareRow extends Goal {
  /** Null for a row without a share of its own, such as a total. */
  slice: Slice | null;
}

export interface ShareTable {
  rows: ShareRow[];
  scale: BarScale;
}

/** The columns that have bars, and those that have marks on the bars. */
const SHARES = new Set(["Share", "Share of stocks", "This mix"]);
const TARGET = "Target";
const AFTER = "After the trades";
const TOTAL = "Total";

/** Return the bars of a table, given as texts of cells; null without a column of shares. */
export function shareTable(
  header: readonly string[],
  rows: readonly string[][],
): ShareTable | null {
  const column = header.findIndex((title) => SHARES.has(title));
  if (column < 0) return null;
  const [target, after] = [header.indexOf(TARGET), header.indexOf(AFTER)];
  const read = rows.map((row) => ({
    slice: row[0] === TOTAL ? null : sliceOf(row[0]!, row[column]!),
    target: percentOf(row[target]),
    after: percentOf(row[after]),
  }));
  return { rows: read, scale: barScale(read.flatMap(({ slice }) => slice ?? [])) };
}

function sliceOf(name: string, share: string): Slice | null {
  const value = percentOf(share);
  return value === null ? null : { name, value, color: "", share };
}

function percentOf(share: string | undefined): number | null {
  return share === undefined ? null : shareOf({ share });
}
