/** Keeps the shown percent while the page is loaded again, as for signing in, so that it doesn't go back. */

import { isRecord } from "../results/unknown";
import { store, stored } from "../ui/stored";

/** The key in sessionStorage: each tab keeps its own. */
const KEY = "alex.shown";

export interface Shown {
  jobId: string;
  attempt: number;
  percent: number;
}

export function keepShown(shown: Shown | null): void {
  if (shown) store("sessionStorage", KEY, shown);
}

export function shownBefore(): Shown | null {
  const kept = stored("sessionStorage", KEY);
  return isRecord(kept) && typeof kept["percent"] === "number" ? (kept as unknown as Shown) : null;
}
