import { createParser } from "eventsource-parser";
import type { Job } from "../api/types";

export type EventName = "progress" | "status" | "complete" | "failed" | "heartbeat";

/** A finite answer of the stream, read to its end. */
export interface StreamAnswer {
  /** When to ask again, in ms. */
  retryMs: number;
  /** The job as of now; null while the database does not answer. */
  job: Job | null;
  /** The number of the newest event; null when nothing is new. */
  lastId: number | null;
  names: EventName[];
}

const ASK_AGAIN_MS = 2000;

/** https://html.spec.whatwg.org/multipage/server-sent-events.html; every event's data is the same view of the job. */
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
  if (data !== null) answer.job = JSON.parse(data) as Job;
  return answer;
}
