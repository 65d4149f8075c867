import { currentProgress, isActive } from "../api/types";
import type { JobView } from "./index";

const NAME = document.title;
const ENDED: Record<string, string> = {
  completed: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** Show the job's progress in the tab title. */
export function showInTitle(job: JobView | null): void {
  document.title = [...stateOf(job), NAME].join(" · ");
}

function stateOf(job: JobView | null): string[] {
  if (job === null) return [];
  if (!isActive(job)) return [ENDED[job.status] ?? job.status];
  const percent = currentProgress(job)?.progress_percent ?? null;
  if (percent !== null) return [`${percent}%`];
  return [job.status === "pending" ? "Waiting" : "Running"];
}
