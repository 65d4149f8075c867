import { request } from "../api/client";
import { isActive, type Events, type JobEvent, type JobWithResults } from "../api/types";
import { parseStream, type StreamAnswer } from "./stream";

const PAGE = 500;
/** The API answers within 10 s; who says nothing for so long is away. */
const PATIENCE_MS = 15_000;

/** What is asked about one job. What goes wrong rejects, as `request` does. */
export interface Source {
  /** Null: nothing changed since the last one. */
  job(): Promise<JobWithResults | null>;
  /** What is new after the event of that number; null when the job has ended and nothing is. */
  stream(after: number): Promise<StreamAnswer | null>;
  events(after: number): Promise<JobEvent[]>;
}

export function sourceOf(jobId: string): Source {
  const address = `/api/jobs/${jobId}`;
  let etag = "";
  return {
    async job() {
      const answer = await ask(address, etag ? { "If-None-Match": etag } : {});
      if (answer.status === 304) return null;
      const job = (await answer.json()) as JobWithResults;
      // One that has ended is not asked for again, unless something on the way here was lost.
      etag = isActive(job) ? (answer.headers.get("ETag") ?? "") : "";
      return job;
    },
    async stream(after) {
      const answer = await ask(`${address}/stream`, { "Last-Event-ID": String(after) });
      return answer.status === 204 ? null : parseStream(await answer.text());
    },
    async events(after) {
      const all: JobEvent[] = [];
      for (let last = after; ; last = all.at(-1)!.seq) {
        const answer = await ask(`${address}/events?after=${last}&limit=${PAGE}`, {});
        const { events } = (await answer.json()) as Events;
        all.push(...events);
        if (events.length < PAGE) return all;
      }
    },
  };
}

function ask(path: string, headers: Record<string, string>): Promise<Response> {
  return request(path, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
}
