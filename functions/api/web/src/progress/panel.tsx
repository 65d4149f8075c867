import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { currentProgress, type Job, type Progress } from "../api/types";
import type { Watch } from "../live";
import { permission } from "../live/notification";
import { Bar, setText } from "../ui/bar";
import { isNarrow } from "../ui/narrow";
import { doing } from "../words/agents";
import { placeInWords } from "../words/queue";
import { Checklist, failureOf } from "./checklist";
import { slowStep, timesInWords } from "./times";
import { useGauge } from "./use_gauge";

const BASIS: Record<Progress["basis"], string> = {
  measured: "Estimated from earlier runs.",
  estimated: "Rough estimate; it improves with each run.",
};

interface Props {
  watch: Watch;
  job: Job;
  /** The available actions. */
  children: ComponentChildren;
}

/**
 * The progress of a pending or running job, and for a moment that of a completed one. Whatever changes its size is
 * below everything else, or has room reserved.
 */
export function ProgressPanel({ watch, job, children }: Props) {
  const percent = useRef<HTMLSpanElement>(null);
  const times = useRef<HTMLParagraphElement>(null);
  const isComplete = job.status === "completed";
  const progress = currentProgress(job);
  // Before another attempt starts, the steps that are finished stay visible.
  const agents = (job.status === "running" ? progress : job.progress_data)?.agents;

  const { gauge, bar } = useGauge(watch, (gauge, shown, now) => {
    setText(percent.current, shown === null ? "" : String(Math.floor(shown)));
    setText(times.current, timesInWords(job, gauge, now));
  });

  return (
    <section class="card progress" aria-label="Progress" data-attempt={job.attempt}>
      <div class="progress-head">
        <div>
          <p class="progress-message">{headline(job)}</p>
          <p class="progress-times muted figures" ref={times} data-testid="times" />
        </div>
        {(isComplete || typeof progress?.progress_percent === "number") && (
          <p class="percent figures" aria-hidden="true">
            <span ref={percent} data-testid="percent" />
            <span class="percent-sign">%</span>
          </p>
        )}
      </div>
      <Bar bar={bar} label="The whole analysis" />
      <div class="progress-foot">
        <p class="small muted progress-note">
          {note(
            job,
            gauge.serverTimeAt(performance.now()),
            watch.connection.value === "offline",
          ).join(" ")}
        </p>
        <div class="row">{children}</div>
      </div>
      {/* A phone has no room for the reason; the page states it when the analysis has ended. */}
      {agents && <Checklist agents={agents} reasonOf={isNarrow.value ? () => null : failureOf} />}
    </section>
  );
}

function note(job: Job, serverNow: number, isOffline: boolean): string[] {
  if (job.status === "completed") return ["Read it below. You can find it later under Analyses."];
  if (isOffline)
    return ["You're offline. The analysis continues, and this page catches up by itself."];
  const basis = currentProgress(job)?.basis;
  const about =
    job.attempt > 1
      ? "Restarted. Finished steps were kept; only the missing ones run again."
      : basis && BASIS[basis];
  return [
    job.status === "pending" && job.queue ? placeInWords(job.queue, serverNow) : about,
    job.status === "running" && job.is_tracked === false
      ? "This usually takes under a minute."
      : "",
    slowStep(job)?.slow_reason ??
      (permission.value === "granted"
        ? "Keep this page open in a tab to be notified."
        : "You can close this page; the analysis continues."),
  ].filter((text): text is string => Boolean(text));
}

function headline(job: Job): string {
  if (job.status === "completed") return "Your report is ready.";
  if (job.status === "pending")
    return job.attempt > 0 ? "Waiting to start again" : "Waiting to start";
  if (job.is_tracked === false) return "Your analysis is running.";
  const progress = currentProgress(job);
  const step = slowStep(job)?.name ?? progress?.current_agent;
  if (step) return doing(step);
  return progress?.message || "Starting…";
}
