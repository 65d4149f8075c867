import { useRef } from "preact/hooks";
import { currentProgress, type Job, type Progress } from "../api/types";
import type { Watch } from "../live";
import { Bar, setBar, setText } from "../ui/bar";
import { useFrames } from "../ui/frame";
import { doing } from "../words/agents";
import { duration, remaining } from "../words/duration";
import { placeInWords } from "../words/queue";
import { Checklist } from "./checklist";
import type { Gauge } from "./gauge";
import { useGauge } from "./use_gauge";

const BASIS: Record<Progress["basis"], string> = {
  measured: "Estimated from earlier runs.",
  estimated: "Rough estimate; it improves with each run.",
  unknown: "",
};

/** The progress of a pending or running job, and for a moment that of a completed one. */
export function ProgressPanel({ watch, job }: { watch: Watch; job: Job }) {
  const gauge = useGauge(watch);
  const bar = useRef<HTMLDivElement>(null);
  const percent = useRef<HTMLSpanElement>(null);
  const times = useRef<HTMLParagraphElement>(null);
  const isComplete = job.status === "completed";
  const progress = currentProgress(job);
  // Before another attempt starts, the steps that are finished stay visible.
  const agents = (job.status === "running" ? progress : job.progress_data)?.agents;

  useFrames((now) => {
    const shown = isComplete ? 100 : gauge.percentAt(now);
    setBar(bar.current, shown);
    bar.current?.classList.toggle("bar-stopped", !isComplete && gauge.silenceAt(now) !== null);
    setText(percent.current, shown === null ? "" : String(Math.floor(shown)));
    setText(times.current, isComplete ? "" : timesInWords(job, gauge, now));
  }, true);

  return (
    <section class="card progress" aria-label="Progress">
      <div class="progress-head">
        {(isComplete || typeof progress?.progress_percent === "number") && (
          <p class="percent figures" aria-hidden="true">
            <span ref={percent} data-testid="percent" />
            <span class="percent-sign">%</span>
          </p>
        )}
        <div>
          <p class="progress-message">{headline(job)}</p>
          <p class="muted figures" ref={times} data-testid="times" />
        </div>
      </div>
      <Bar bar={bar} label="The whole analysis" />
      {job.attempt > 1 && !isComplete && (
        <p class="notice small">
          Attempt {job.attempt}. Finished steps were kept; only the missing ones run again.
        </p>
      )}
      {agents && <Checklist agents={agents} />}
      <p class="small muted">
        {note(job, gauge.serverTimeAt(performance.now()))} You can close this page; the analysis
        continues.
      </p>
    </section>
  );
}

function note(job: Job, serverNow: number): string {
  if (job.status === "pending") return job.queue ? placeInWords(job.queue, serverNow) : "";
  if (job.is_tracked === false) return "This usually takes under a minute.";
  return BASIS[currentProgress(job)?.basis ?? "unknown"];
}

function headline(job: Job): string {
  if (job.status === "completed") return "Your report is ready.";
  if (job.status === "pending")
    return job.attempt > 0 ? "Waiting to start again" : "Waiting to start";
  if (job.is_tracked === false) return "Your analysis is running.";
  const progress = currentProgress(job);
  if (progress?.current_agent) return doing(progress.current_agent);
  return progress?.message || "Starting…";
}

/** Describe the elapsed and the remaining time, or how old the latest response is. */
export function timesInWords(job: Job, gauge: Gauge, now: number): string {
  const silentMs = gauge.silenceAt(now);
  if (silentMs !== null) return `Last update ${duration(silentMs)} ago`;
  const elapsed = duration(gauge.elapsedAt(now));
  if (job.status === "pending") return `Waiting for ${elapsed}`;
  const left = gauge.remainingAt(now);
  return left ? remaining(left.middleMs, left.mostMs) : `Running for ${elapsed}`;
}
