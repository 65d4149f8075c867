import { useReducer, useRef } from "preact/hooks";
import { isActive, type Job } from "../api/types";

const BEAT_MS = 900;

/** Return whether the job was completed a moment ago, while it was shown: its full bar is the last thing to see. */
export function useBeat(job: Job | null): boolean {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const was = useRef({ isActive: false, endsAt: 0 });
  if (job && !isActive(job) && was.current.isActive && job.status === "completed") {
    was.current.endsAt = performance.now() + BEAT_MS;
    setTimeout(draw, BEAT_MS + 20, null);
  }
  was.current.isActive = job !== null && isActive(job);
  return performance.now() < was.current.endsAt;
}
