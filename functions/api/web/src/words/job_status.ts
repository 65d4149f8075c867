import type { JobStatus } from "../api/types";

/** A sentence for each status of a job. */
export const JOB_STATUS: Record<JobStatus, string> = {
  pending: "The analysis is waiting to start.",
  running: "The analysis is running.",
  completed: "The analysis is complete.",
  failed: "The analysis failed.",
  cancelled: "The analysis was cancelled.",
};
