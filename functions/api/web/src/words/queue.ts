import type { QueuePlace } from "../api/types";
import { roughly } from "./duration";

/** The server counts up to this number. */
const COUNTED = 1000;

/** Describe a pending job's place: "4 analyses are ahead of yours. Yours should start in about 3 minutes." */
export function placeInWords(queue: QueuePlace, serverNow: number): string {
  const { ahead, estimated_start: start } = queue;
  const place =
    ahead === 0
      ? "Your analysis is next."
      : ahead === 1
        ? "1 analysis is ahead of yours."
        : `${ahead >= COUNTED ? "More than " : ""}${ahead.toLocaleString("en-US")} analyses are ahead of yours.`;
  if (start === null) return place;
  const waitMs = Date.parse(start) - serverNow;
  const when = waitMs < 5000 ? "any moment" : `in about ${roughly(waitMs)}`;
  return `${place} ${ahead === 0 ? "It" : "Yours"} should start ${when}.`;
}
