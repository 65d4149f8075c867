import { createParser } from "eventsource-parser";
import type { Job } from "../api/types";

export type EventName = "progress" | "status" | "complete" | "failed" | "heartbeat";

/** A finite response of the stream, read to its end. */
export interface StreamAnswer {
  /** The delay before the next request, in ms. */
  retryMs: number;
  /** The current job; null while the database is unavailable. */
  job: Job | null;
  /** The number of the newest event; null if there is none. */
  lastId: number | null;
  names: EventName[];
}

const ASK_AGAIN_MS = 2000;

/**
 * Parse server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). The last event has the job.
 */
export function parseStream(text: string): StreamAnswer {
  const answer: StreamAnswer = { retryMs: ASK_AGAIN_MS, job: null, lastId: null, names: [] };
  let data: string | null = null;
  const parser = createParser({
    onEvent(event) {
      data = event.data;
      answer.names.push((event.event ?? "status") as EventName);
      if (event.id) answer.lastId = Number(event.id);
    },
    onRetry(retryMs) {
      answer.retryMs = retryMs;
    },
  });
  parser.feed(text);
  if (data !== null) answer.job = (JSON.parse(data) as { job: Job | null }).job;
  return answer;
}
