/** Formats durations. */

export const LONGER = "This is taking longer than usual";
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Format a total or elapsed duration: `12 s`, `1 min 5 s`, `2 h 3 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joined(minutes, "min", seconds % 60, "s");
  return joined(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

/** Format an agent's duration in seconds: `0.3 s` if it is short. */
export function precise(seconds: number): string {
  if (seconds < 0.1) return "under 0.1 s";
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds * SECOND);
}

/**
 * Format the remaining time; `middleMs` is its median, `mostMs` the end of its range. If the job's end is `far`, a
 * median close to zero was too short.
 */
export function remaining(
  middleMs: number,
  mostMs: number | null,
  end: "far" | "open" | "near",
): string {
  if (mostMs !== null && mostMs <= 0) return LONGER;
  if (middleMs < 1500 && end !== "open") return end === "far" ? LONGER : "Any moment now";
  return `About ${roughly(Math.max(1, middleMs))} left`;
}

/** Format a rounded duration for a sentence: `40 seconds`, `3 minutes`, `5 h 30 min`. */
export function roughly(ms: number): string {
  if (ms < MINUTE) return `${Math.ceil(ms / (5 * SECOND)) * 5} seconds`;
  const minutes = Math.ceil(ms / MINUTE);
  if (minutes === 1) return "1 minute";
  return minutes < 60 ? `${minutes} minutes` : duration(minutes * MINUTE);
}

function joined(many: number, unit: string, few: number, smaller: string): string {
  return few ? `${many} ${unit} ${few} ${smaller}` : `${many} ${unit}`;
}
