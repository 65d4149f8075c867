/** Announcements of a job for screen readers: one sentence per stage change, none for each percent. */

import type { Job } from "../api/types";
import { stepName } from "../words/agents";

const ENDS = {
  completed: "The analysis is complete.",
  failed: "The analysis failed.",
  cancelled: "The analysis was cancelled.",
} as const;

/** Return the news in `job` since `before`; empty if there is none. */
export function announcement(before: Job | null, job: Job): string {
  if (job.status !== before?.status && job.status in ENDS) {
    return ENDS[job.status as keyof typeof ENDS];
  }
  const said: string[] = [];
  if (before && before.attempt > 0 && job.attempt > before.attempt)
    said.push("A new attempt started.");
  if (job.status === "pending" && before?.status !== "pending")
    said.push("The analysis is waiting to start.");
  if (job.status === "running" && before?.status !== "running")
    said.push("The analysis is running.");
  const earlier = new Map(before?.progress_data?.agents.map(({ name, status }) => [name, status]));
  for (const { name, status } of job.progress_data?.agents ?? []) {
    if (before && status !== earlier.get(name)) said.push(...sentence(name, status));
  }
  return said.join(" ");
}

function sentence(name: string, status: string): string[] {
  switch (status) {
    case "running":
      return [`Started: ${stepName(name)}.`];
    case "completed":
      return [`Done: ${stepName(name)}.`];
    case "failed":
      return [`Failed: ${stepName(name)}.`];
    default:
      return [];
  }
}
