/** The percent and the times of a running job for every frame, interpolated between two responses. */

import { currentProgress, type Job } from "../api/types";
import { SmoothPercent } from "./smooth";

/** Without a response for this long, the percent stops and no estimate is shown. */
const NEWS_LASTS_MS = 5000;

/** Milliseconds until the expected end, and until the end of its range; either may have passed. */
export interface Remaining {
  middleMs: number;
  mostMs: number | null;
}

/** All times use one monotonic clock of this page, except `serverNow`. */
export class Gauge {
  private readonly overall = new SmoothPercent();
  private job: Job | null = null;
  private seenAt = 0;
  private serverAhead = 0;

  /** Record a view of the job received at `now`, when the server's time was `serverNow` (ms since 1970). */
  see(job: Job, now: number, serverNow: number): void {
    this.job = job;
    this.seenAt = now;
    this.serverAhead = serverNow - now;
    const progress = currentProgress(job);
    const left = this.remainingAt(now);
    if (progress === null || progress.progress_percent === null || left === null) return;
    const { progress_percent: percent, limit_percent: limit, attempt } = progress;
    this.overall.see({ percent, limit, remainingMs: left.middleMs, attempt }, now);
  }

  /** Return a percent below 100; null while the progress is unknown. */
  percentAt(now: number): number | null {
    if (this.job === null || currentProgress(this.job) === null) return null;
    return this.overall.at(Math.min(now, this.seenAt + NEWS_LASTS_MS));
  }

  /** Return null while the end is unknown, or if there has been no response for too long to estimate it. */
  remainingAt(now: number): Remaining | null {
    const progress = this.job && currentProgress(this.job);
    if (!progress?.estimated_completion || this.silenceAt(now) !== null) return null;
    const [middle, latest] = [progress.estimated_completion, progress.estimated_range?.[1]];
    const serverNow = this.serverTimeAt(now);
    return {
      middleMs: Date.parse(middle) - serverNow,
      mostMs: latest ? Date.parse(latest) - serverNow : null,
    };
  }

  /** Return the milliseconds since the latest response if they are too many; otherwise null. */
  silenceAt(now: number): number | null {
    return now - this.seenAt > NEWS_LASTS_MS ? now - this.seenAt : null;
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
