/** How long to wait until the next look, in ms. */

export const POLL_MS = 2000;
/** After the first look at a job that waits to start, which usually takes less than a second. */
export const SOON_MS = 1000;
/** After so many failures in a row the job itself is asked for, in place of the stream. */
export const FAILURES_UNTIL_POLLING = 5;

const [SHORTEST_MS, LONGEST_MS, GROWTH] = [1000, 30_000, 1.3];
/** So many looks in vain in the polling's own rhythm, half a minute, before they become rarer. */
const PATIENT_POLLS = 15;

/**
 * After `failures` (1 or more) in a row. The first five take 9 s together, so that whoever was away for some seconds is
 * found again within three; `random` is 0 to 1 and takes away up to a quarter, lest all pages come at the same time.
 */
export function delayAfter(failures: number, random: number): number {
  const tries = failures - FAILURES_UNTIL_POLLING;
  const grown =
    tries < 0
      ? SHORTEST_MS * GROWTH ** (failures - 1)
      : POLL_MS * GROWTH ** Math.max(0, tries - PATIENT_POLLS);
  return Math.min(LONGEST_MS, grown) * (0.75 + 0.25 * random);
}
