/** The percent and the times of a running job for every frame, interpolated between two responses. */

import { currentProgress, type Job } from "../api/types";
import type { Shown } from "./shown_before";

/** Without a response for this long, the page shows "Last update … ago" instead of an estimate. */
const STALE_AFTER_MS = 5000;
/** `percent_in_4s` is the percent this long after a response. The next response comes after 2 s. */
const AHEAD_MS = 4000;
/** A percent behind the server's catches up in this time, well before the next response. */
const CATCH_UP_MS = 1000;

/** Milliseconds until the expected end, and until the end of its range; either may have passed. */
export interface Remaining {
  middleMs: number;
  mostMs: number | null;
}

/** All times use one monotonic clock of this page, except `serverNow`. */
export class Gauge {
  private job: Job | null = null;
  private seenAt = 0;
  /** The server's time minus `now`; this device's until the first response. */
  private serverAhead = performance.timeOrigin;
  /** The percent at the latest response and the one predicted for AHEAD_MS later, as shown after catching up. */
  private course: [number, number] | null = null;
  /** How far the percent that was shown at the latest response is behind it. */
  private behind = 0;
  /** The highest percent returned in this attempt: a frame's time may be before that of the latest response. */
  private highest = 0;

  /** `before` is what this tab showed before the page was loaded again. */
  constructor(private readonly before: Shown | null = null) {}

  /** Record a view of the job received at `now`, when the server's time was `serverNow` (ms since 1970). */
  see(job: Job, now: number, serverNow: number): void {
    const shown = this.shownAt(now) ?? this.before;
    const { progress_percent: rounded = null, percent_in_4s: later = null } =
      currentProgress(job) ?? {};
    // The server rounds down, so the middle of the percent is closest.
    const percent =
      rounded === null ? null : Math.max(rounded, Math.min(rounded + 0.5, later ?? 0));
    const isKnown = shown?.jobId === job.id && shown.attempt === job.attempt;
    const first = isKnown ? shown.percent : percent;
    const start = Math.max(first ?? 0, percent ?? 0);
    this.course = percent === null ? null : [start, Math.max(start, later ?? percent)];
    this.behind = start - (first ?? 0);
    this.highest = first ?? 0;
    this.job = job;
    this.seenAt = now;
    this.serverAhead = serverNow - now;
  }

  /** Return a percent below 100 that never decreases within an attempt; null while the progress is unknown. */
  percentAt(now: number): number | null {
    if (this.course === null) return null;
    const [first, last] = this.course;
    const passedMs = now - this.seenAt;
    const behind = this.behind * Math.max(0, 1 - passedMs / CATCH_UP_MS);
    const predicted = first + (last - first) * Math.min(1, passedMs / AHEAD_MS);
    // The sum may exceed `last` by a rounding error.
    const percent = Math.min(last, predicted) - behind;
    return (this.highest = Math.max(this.highest, percent));
  }

  /** Return what is shown at `now`; null while the progress is unknown. */
  shownAt(now: number): Shown | null {
    const percent = this.percentAt(now);
    if (this.job === null || percent === null) return null;
    return { jobId: this.job.id, attempt: this.job.attempt, percent };
  }

  /** Return null while the end is unknown, or if there has been no response for too long to estimate it. */
  remainingAt(now: number): Remaining | null {
    const progress = this.job && currentProgress(this.job);
    if (!progress?.estimated_completion || this.silenceAt(now) !== null) return null;
    const left = (moment: string) => Date.parse(moment) - this.serverTimeAt(now);
    const latest = progress.estimated_range?.[1];
    return { middleMs: left(progress.estimated_completion), mostMs: latest ? left(latest) : null };
  }

  /** Return the milliseconds since the latest response if they are too many; otherwise null. */
  silenceAt(now: number): number | null {
    return now - this.seenAt > STALE_AFTER_MS ? now - this.seenAt : null;
  }

  /** Return the server's time, in milliseconds since 1970. */
  serverTimeAt(now: number): number {
    return now + this.serverAhead;
  }

  /** Return the milliseconds since the analysis, or its latest retry, was requested. */
  elapsedAt(now: number): number {
    return this.job ? Math.max(0, this.serverTimeAt(now) - Date.parse(this.job.queued_at)) : 0;
  }
}
