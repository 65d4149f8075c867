/** Which event of a job this browser's person saw last. Only ids and numbers are kept, of the newest jobs. */

const KEY = "alex.seen";
const MOST_JOBS = 50;

/** Null for a job that was never looked at here. */
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
    // Storage is switched off or full: nothing is summed up then.
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
