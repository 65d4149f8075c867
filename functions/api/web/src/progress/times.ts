/** Describes the times of a job: those so far, and the remaining one while its estimate can be trusted. */

import { currentProgress, type AgentProgress, type Job } from "../api/types";
import { duration, remaining, LONGER } from "../words/duration";
import type { Gauge } from "./gauge";

/** From then on, an estimate that ends below FAR_FROM_DONE percent has proved to be too short. */
const LONG_MS = 10_000;
const FAR_FROM_DONE = 75;
const NEARLY_DONE = 95;

/** Return the running step that is slower than usual, preferably the current one. */
export function slowStep(job: Job): AgentProgress | undefined {
  const progress = currentProgress(job);
  const slow = progress?.agents.filter(
    ({ status, slow_reason }) => status === "running" && slow_reason,
  );
  return slow?.find(({ name }) => name === progress?.current_agent) ?? slow?.[0];
}

/**
 * Describe the elapsed and the remaining time, or how old the latest response is. While a step is slower than usual, an
 * estimate has proved to be too short: describe the time of that step instead.
 */
export function timesInWords(job: Job, gauge: Gauge, now: number): string {
  const known = knownTimes(job, gauge, now);
  if (known !== null) return known;
  const slow = slowStep(job);
  return slow ? stepTimes(slow, gauge.serverTimeAt(now)) : estimateInWords(gauge, now);
}

/** The same where the step isn't named. */
export function jobTimesInWords(job: Job, gauge: Gauge, now: number): string {
  const known = knownTimes(job, gauge, now);
  return known ?? (slowStep(job) ? LONGER : estimateInWords(gauge, now));
}

/** Describe the times of an ended, pending, or silent job, which need no estimate; null for any other job. */
function knownTimes(job: Job, gauge: Gauge, now: number): string | null {
  if (job.completed_at)
    return `Finished in ${duration(Date.parse(job.completed_at) - Date.parse(job.queued_at))}`;
  const silentMs = gauge.silenceAt(now);
  if (silentMs !== null) return `Last update ${duration(silentMs)} ago`;
  return job.status === "pending" ? `Waiting for ${duration(gauge.elapsedAt(now))}` : null;
}

/** Format the time of a slow step, `1 min 10 s so far, usually 8 s`, unless both are the same when rounded. */
function stepTimes({ started_at, expected_seconds }: AgentProgress, serverNow: number): string {
  if (!started_at) return LONGER;
  const passed = Math.floor((serverNow - Date.parse(started_at)) / 1000);
  const usual = Math.round(expected_seconds);
  if (passed <= usual) return LONGER;
  const usually = `usually ${usual < 1 ? "under 1 s" : duration(1000 * usual)}`;
  // A line breaks only before it.
  return `${duration(1000 * passed)} so far, ${usually.replaceAll(" ", "\u00a0")}`;
}

function estimateInWords(gauge: Gauge, now: number): string {
  const left = gauge.remainingAt(now);
  if (!left) return `Running for ${duration(gauge.elapsedAt(now))}`;
  const percent = gauge.percentAt(now) ?? 0;
  if (percent >= NEARLY_DONE) return remaining(left.middleMs, left.mostMs, "near");
  const isFar = gauge.elapsedAt(now) > LONG_MS && percent < FAR_FROM_DONE;
  return remaining(left.middleMs, left.mostMs, isFar ? "far" : "open");
}
