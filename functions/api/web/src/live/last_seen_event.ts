/** Remembers the last event of a job shown in this browser. Stores only ids and numbers, for the newest jobs. */

import { isRecord } from "../results/unknown";
import { store, stored } from "../ui/stored";

const KEY = "alex.seen";
const MOST_JOBS = 50;

/** Return null for a job that was never shown here. */
export function lastSeen(jobId: string): number | null {
  return read()[jobId] ?? null;
}

export function remember(jobId: string, seq: number): void {
  const { [jobId]: known, ...others } = read();
  if (known === seq) return;
  const kept = Object.entries(others).slice(1 - MOST_JOBS);
  store("localStorage", KEY, Object.fromEntries([...kept, [jobId, seq]]));
}

function read(): Record<string, number> {
  const seen = stored("localStorage", KEY);
  return isRecord(seen) ? (seen as Record<string, number>) : {};
}
