import { request } from "../api/client";
import { isActive, type Events, type JobEvent, type JobWithResults } from "../api/types";
import { parseStream, type StreamAnswer } from "./stream";

const PAGE = 500;
/** The API responds within 10 s, so a longer silence means that it is unreachable. */
const PATIENCE_MS = 15_000;

/** Requests about one job. They reject with the errors of `request`. */
export interface Source {
  /** Null if nothing changed since the last response. */
  job(): Promise<JobWithResults | null>;
  /** Return the news after event number `after`; null if the job has ended and there are none. */
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
      // A job that has ended is requested again only if its response was lost.
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
