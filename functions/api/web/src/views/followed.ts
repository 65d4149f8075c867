/** The job that the user is waiting for, in any view. */

import { signal } from "@preact/signals";
import { listJobs } from "../api/alex";
import { isActive } from "../api/types";
import { go, jobAddress } from "../ui/route";

export const followed = signal<string | null>(null);

const NEWEST = 5;

/** Find a job that is already running: started before a refresh, in another tab, or on another device. */
export async function findRunning(): Promise<void> {
  try {
    const { jobs } = await listJobs(null, NEWEST);
    const running = jobs.find(isActive);
    if (!running || followed.value) return;
    followed.value = running.id;
    // Opening the page without a view shows the running job.
    if (location.hash === "") go(jobAddress(running.id));
  } catch {
    // The current view makes its own request and reports the error.
  }
}
