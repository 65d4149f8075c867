/** Delays between requests, in ms. */

export const POLL_MS = 2000;
/** After the first request for a pending job, which usually starts within a second. */
export const SOON_MS = 1000;
/** After this many consecutive failures, poll the job instead of the stream. */
export const FAILURES_UNTIL_POLLING = 5;

const [SHORTEST_MS, LONGEST_MS, GROWTH] = [1000, 30_000, 1.3];
/** Failed polls at the regular interval, for half a minute, before the interval grows. */
const PATIENT_POLLS = 15;

/**
 * Return the delay after `failures` (1 or more) consecutive failures. The first five take 9 s together, so that a
 * client that was offline for some seconds reconnects within three. `random` (0 to 1) subtracts up to a quarter, so
 * that clients don't reconnect simultaneously.
 */
export function delayAfter(failures: number, random: number): number {
  const tries = failures - FAILURES_UNTIL_POLLING;
  const grown =
    tries < 0
      ? SHORTEST_MS * GROWTH ** (failures - 1)
      : POLL_MS * GROWTH ** Math.max(0, tries - PATIENT_POLLS);
  return Math.min(LONGEST_MS, grown) * (0.75 + 0.25 * random);
}
