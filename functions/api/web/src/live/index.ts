import type { ReadonlySignal } from "@preact/signals";
import type { Job, JobEvent, JobWithResults } from "../api/types";

/**
 * How the page and the server stand. `live`: the stream answers. `reconnecting`: it failed, and is asked again soon.
 * `polling`: it failed repeatedly, so the job itself is asked for. `waking`: the database is waking up. `offline`: this
 * machine has no network. `over`: the job has ended and nobody asks any more. `idle`: nobody looks at the page.
 */
export type Connection =
  "live" | "reconnecting" | "polling" | "waking" | "offline" | "over" | "idle";

/** The newest view of a job: its results are there only once it has ended (or was polled). */
export type JobView = Job & Partial<JobWithResults>;

/** A job that is being watched, whichever tab asks for it. */
export interface Watch {
  /** Null until the first answer. */
  readonly job: ReadonlySignal<JobView | null>;
  /** When `job` was received, by `performance.now()`: what moves between answers counts from here. */
  readonly receivedAt: ReadonlySignal<number>;
  /** Gapless, in their order, from the first one. */
  readonly events: ReadonlySignal<readonly JobEvent[]>;
  readonly connection: ReadonlySignal<Connection>;
  /** What happened since someone last looked at this job in this browser; empty when nothing was missed. */
  readonly missed: ReadonlySignal<readonly JobEvent[]>;
  /** There is no such job for this user. */
  readonly isMissing: ReadonlySignal<boolean>;
  /** Asks at once, as after a cancellation or a retry. */
  refresh(): void;
  /** Nobody here looks any more. */
  stop(): void;
}
