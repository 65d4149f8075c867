/** The job that one waits for, wherever one looks meanwhile. */

import { signal } from "@preact/signals";
import { listJobs } from "../api/alex";
import { isActive } from "../api/types";
import { go, jobAddress } from "../ui/route";

export const followed = signal<string | null>(null);

const NEWEST = 5;

/** A job may run already: begun before a refresh, in another tab or on another machine. */
export async function findRunning(): Promise<void> {
  try {
    const { jobs } = await listJobs(null, NEWEST);
    const running = jobs.find(isActive);
    if (!running || followed.value) return;
    followed.value = running.id;
    // Who opens the page itself, and no view of it, came to see how far it is.
    if (location.hash === "") go(jobAddress(running.id));
  } catch {
    // The view that is shown asks too, and says what is the matter.
  }
}
