/** Percents and times of a running job for every frame, interpolated between two responses. */

import type { AgentProgress, Job } from "../api/types";
import { SmoothPercent } from "./smooth";

/** Milliseconds until the expected end, and until the end of its range; either may have passed. */
export interface Remaining {
  middleMs: number;
  mostMs: number | null;
}

interface Reported {
  percent: number;
  smooth: SmoothPercent;
}

/** All times use one monotonic clock of this page, except `serverNow`. */
export class Gauge {
  private readonly overall = new SmoothPercent();
  private readonly agents = new Map<string, Reported>();
  private remaining: (Remaining & { at: number }) | null = null;
  private waited: { ms: number; at: number } | null = null;
  private serverAhead = 0;

  /** Record a view of the job received at `now`, when the server's time was `serverNow` (ms since 1970). */
  see(job: Job, now: number, serverNow: number): void {
    this.waited = { ms: serverNow - Date.parse(beganAt(job)), at: now };
    this.serverAhead = serverNow - now;
    this.remaining = null;
    const progress = job.progress_data;
    if (!progress) return;
    if (progress.estimated_completion !== null && progress.progress_percent !== null) {
      const middleMs = Date.parse(progress.estimated_completion) - serverNow;
      const latest = progress.estimated_range?.[1];
      this.remaining = {
        middleMs,
        mostMs: latest ? Date.parse(latest) - serverNow : null,
        at: now,
      };
      const { progress_percent: percent, attempt } = progress;
      this.overall.see({ percent, remainingMs: middleMs, attempt }, now);
    }
    for (const agent of progress.agents) this.seeAgent(agent, progress.attempt, now, serverNow);
  }

  /** Return a percent below 100; null while the progress is unknown. */
  percentAt(now: number): number | null {
    return this.overall.at(now);
  }

  remainingAt(now: number): Remaining | null {
    if (!this.remaining) return null;
    const { middleMs, mostMs, at } = this.remaining;
    const passed = now - at;
    return { middleMs: middleMs - passed, mostMs: mostMs === null ? null : mostMs - passed };
  }

  /** Return the server's time, in milliseconds since 1970. */
  serverTimeAt(now: number): number {
    return now + this.serverAhead;
  }

  /** Return the milliseconds since the job was requested, or since its latest attempt started. */
  elapsedAt(now: number): number | null {
    return this.waited && Math.max(0, this.waited.ms + now - this.waited.at);
  }

  /** Return a percent below 100; null for an agent that isn't running. */
  agentPercentAt(name: string, now: number): number | null {
    return this.agents.get(name)?.smooth.at(now) ?? null;
  }

  /** Extrapolate between an agent's reports, at its pace so far or the usual one. */
  private seeAgent(agent: AgentProgress, attempt: number, now: number, serverNow: number): void {
    if (agent.status !== "running") {
      this.agents.delete(agent.name);
      return;
    }
    const percent = Math.min(agent.progress_percent, 99);
    const known = this.agents.get(agent.name);
    if (known && known.percent === percent) return;
    const elapsedMs = agent.started_at ? Math.max(0, serverNow - Date.parse(agent.started_at)) : 0;
    const remainingMs = percent
      ? (elapsedMs * (100 - percent)) / percent
      : Math.max(1000 * agent.expected_seconds - elapsedMs, 1000);
    const smooth = known?.smooth ?? new SmoothPercent();
    smooth.see({ percent, remainingMs, attempt }, now);
    this.agents.set(agent.name, { percent, smooth });
  }
}

/** A later attempt counts from its own start: the time before belongs to another wait. */
function beganAt(job: Job): string {
  const attemptStarted = job.progress_data?.started_at ?? job.started_at;
  return job.attempt > 1 && attemptStarted ? attemptStarted : job.created_at;
}
