/** The sample analysis, which anyone can read. */

import { ApiError } from "./client";
import type { JobWithResults } from "./types";

let loading: Promise<JobWithResults> | null = null;

/** Load it once; a failed request is repeated by the next call. */
export function readSample(): Promise<JobWithResults> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<JobWithResults> {
  const answer = await fetch("/api/sample");
  if (!answer.ok) throw new ApiError(answer.status, "", [], null);
  return (await answer.json()) as JobWithResults;
}
