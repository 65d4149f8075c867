import { ApiError } from "../api/client";
import { isActive, type JobEvent } from "../api/types";
import { delayAfter, FAILURES_UNTIL_POLLING, POLL_MS, SOON_MS } from "./delays";
import type { Connection, JobView } from "./index";
import type { Source } from "./source";

/** Result of one request; omitted fields are unchanged. `events` follow those published before. */
export interface News {
  job?: JobView;
  events?: JobEvent[];
  connection?: Connection;
  isMissing?: boolean;
}

export interface Surroundings {
  publish(news: News): void;
  /** Wait for `ms`, or less if there is a reason to request immediately or to stop. */
  pause(ms: number): Promise<void>;
  isStopped(): boolean;
  /** Whether the page has been hidden for a long time. */
  isForgotten(): boolean;
  isOnline(): boolean;
  random(): number;
}

/** After this many consecutive successful polls, try the stream again. */
const POLLS_UNTIL_STREAM = 5;
const OVER = Symbol("over");
type Wait = number | typeof OVER;

/**
 * Follows one job to its end: polls it once, then reads the stream. After five consecutive failures it polls, and
 * returns to the stream once polling succeeds. It makes one request at a time. `known` is the number of the last
 * published event.
 */
export class Follower {
  private failures = 0;
  private polls = 0;
  private hasLooked = false;
  /** The latest event announced by the stream; the events themselves may be fetched later. */
  private streamed: number;

  constructor(
    private readonly source: Source,
    private readonly around: Surroundings,
    private known = 0,
  ) {
    this.streamed = known;
  }

  /** Follow the job until it has ended or doesn't exist, or until `isStopped`. */
  async run(): Promise<void> {
    while (!this.around.isStopped()) {
      if (this.around.isForgotten()) {
        this.around.publish({ connection: "idle" });
        await this.around.pause(Infinity);
        continue;
      }
      const wait = await this.round().catch((error: unknown) => this.failed(error));
      if (wait === OVER) return;
      await this.around.pause(wait);
    }
  }

  private async round(): Promise<Wait> {
    if (!this.hasLooked || this.failures >= FAILURES_UNTIL_POLLING) return this.poll();
    const answer = await this.source.stream(this.streamed);
    if (answer === null || answer.names.some((name) => name === "complete" || name === "failed")) {
      return this.poll();
    }
    this.failures = 0;
    if (answer.job === null) {
      this.around.publish({ connection: "waking" });
      return answer.retryMs;
    }
    this.around.publish({ job: answer.job, connection: "live" });
    if (answer.names.includes("status")) await this.fetchNews();
    this.streamed = Math.max(this.streamed, answer.lastId ?? 0);
    return answer.retryMs;
  }

  /** Request the job itself, with its results. */
  private async poll(): Promise<Wait> {
    // Events first, so that the job has the section of each one.
    if (!this.hasLooked) await this.fetchEvents();
    const job = await this.source.job();
    const isOver = job !== null && !isActive(job);
    if (isOver && this.hasLooked) await this.fetchEvents();
    const isPolling = this.failures >= FAILURES_UNTIL_POLLING;
    const connection = isOver ? "over" : isPolling ? "polling" : "live";
    this.around.publish(job ? { job, connection } : { connection });
    if (isOver) return OVER;
    const isNew = !this.hasLooked && job?.status === "pending";
    this.hasLooked = true;
    if (!isPolling) {
      this.failures = 0;
    } else if (++this.polls >= POLLS_UNTIL_STREAM) {
      // One more failure of the stream returns to polling.
      [this.polls, this.failures] = [0, FAILURES_UNTIL_POLLING - 1];
    }
    return isNew ? SOON_MS : POLL_MS;
  }

  /** Fetch new events, and the job with its results if a section was committed. */
  private async fetchNews(): Promise<void> {
    const events = await this.fetchEvents();
    if (!events.some(({ kind }) => kind === "section_committed")) return;
    const job = await this.source.job();
    if (job) this.around.publish({ job });
  }

  private async fetchEvents(): Promise<JobEvent[]> {
    const events = await this.source.events(this.known);
    if (events.length === 0) return events;
    this.known = events.at(-1)!.seq;
    this.streamed = Math.max(this.streamed, this.known);
    this.around.publish({ events });
    return events;
  }

  private failed(error: unknown): Wait {
    const status = error instanceof ApiError ? error.status : 0;
    const retryAfterMs = error instanceof ApiError ? 1000 * (error.retryAfterS ?? 0) : 0;
    if (status === 404) {
      this.around.publish({ isMissing: true, connection: "over" });
      return OVER;
    }
    if (status === 401) {
      this.around.publish({ connection: "ended" });
      return Infinity;
    }
    if (status === 503 && retryAfterMs > 0) {
      this.around.publish({ connection: "waking" });
      return retryAfterMs;
    }
    this.failures += 1;
    this.polls = 0;
    this.around.publish({ connection: this.around.isOnline() ? "reconnecting" : "offline" });
    return Math.max(retryAfterMs, delayAfter(this.failures, this.around.random()));
  }
}
