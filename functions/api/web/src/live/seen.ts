/** Remembers the last event of a job shown in this browser. Stores only ids and numbers, for the newest jobs. */

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
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries([...kept, [jobId, seq]])));
  } catch {
    // Storage is disabled or full: missed events won't be summarized.
  }
}

function read(): Record<string, number> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Record<string, number>) : {};
  } catch {
    return {};
  }
}
