import type { ReadonlySignal } from "@preact/signals";
import type { Job, JobEvent, JobWithResults } from "../api/types";

/**
 * The connection to the server. `live`: the stream responds. `reconnecting`: it failed and will be retried soon.
 * `polling`: it failed repeatedly, so the job itself is polled. `waking`: the database is waking up. `offline`: this
 * device has no network. `over`: the job has ended and polling has stopped. `idle`: the page is hidden. `ended`:
 * the session expired.
 */
export type Connection =
  "live" | "reconnecting" | "polling" | "waking" | "offline" | "over" | "idle" | "ended";

/** The latest view of a job. It has results only after the job has ended (or was polled). */
export type JobView = Job & Partial<JobWithResults>;

/** A job being followed, by this tab or another one. */
export interface Watch {
  /** Null until the first response. */
  readonly job: ReadonlySignal<JobView | null>;
  /** The `performance.now()` of the latest response; estimates between responses start here. */
  readonly receivedAt: ReadonlySignal<number>;
  /** Without gaps, in order, starting with the first one. */
  readonly events: ReadonlySignal<readonly JobEvent[]>;
  readonly connection: ReadonlySignal<Connection>;
  /** The events since this browser last showed the job; empty if none were missed. */
  readonly missed: ReadonlySignal<readonly JobEvent[]>;
  /** Whether this user has no such job. */
  readonly isMissing: ReadonlySignal<boolean>;
  /** Request immediately, for example after a cancellation or a retry. */
  refresh(): void;
  /** Stop following the job in this tab. */
  stop(): void;
}
