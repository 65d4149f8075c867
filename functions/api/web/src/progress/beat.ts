import { useReducer, useRef } from "preact/hooks";
import { isActive, type Job } from "../api/types";

const BEAT_MS = 900;
/** Farther down than this, the user is reading a section that is already finished. */
const READING_PX = 200;

export interface Beat {
  /** Whether the job was completed a moment ago, while it was shown: its full bar stays visible briefly. */
  isNow: boolean;
  end: () => void;
}

/** The moment after completion. While the user reads a section, it lasts until `end`, so that the text stays put. */
export function useBeat(job: Job | null): Beat {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const state = useRef({ wasActive: false, isNow: false });
  const end = () => {
    state.current.isNow = false;
    draw(null);
  };
  const isRunning = job !== null && isActive(job);
  if (isRunning) {
    state.current.isNow = false;
  } else if (job?.status === "completed" && state.current.wasActive) {
    state.current.isNow = true;
    setTimeout(() => scrollY < READING_PX && end(), BEAT_MS);
  }
  state.current.wasActive = isRunning;
  return { isNow: state.current.isNow, end };
}
