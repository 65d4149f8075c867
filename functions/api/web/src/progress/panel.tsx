import { useRef } from "preact/hooks";
import type { Job, Progress } from "../api/types";
import type { Watch } from "../live";
import { Bar, setBar, setText } from "../ui/bar";
import { useFrames } from "../ui/frame";
import { doing } from "../words/agents";
import { duration, remaining } from "../words/duration";
import { placeInWords } from "../words/queue";
import { Checklist } from "./checklist";
import { useGauge } from "./use_gauge";

const BASIS: Record<Progress["basis"], string> = {
  measured: "Times are expected from earlier runs.",
  estimated: "Times are a first estimate: there are not enough earlier runs to go by yet.",
  unknown: "How long it will take is not known yet.",
};

/** The progress of a pending or running job. */
export function ProgressPanel({ watch, job }: { watch: Watch; job: Job }) {
  const gauge = useGauge(watch);
  const bar = useRef<HTMLDivElement>(null);
  const percent = useRef<HTMLSpanElement>(null);
  const times = useRef<HTMLParagraphElement>(null);
  const progress = job.progress_data;
  const isKnown = progress !== null && progress.progress_percent !== null;

  useFrames((now) => {
    const shown = gauge.percentAt(now);
    setBar(bar.current, shown);
    setText(percent.current, shown === null ? "" : String(Math.floor(shown)));
    setText(times.current, timesInWords(job, gauge.elapsedAt(now), gauge.remainingAt(now)));
  }, true);

  return (
    <section class="card progress" aria-label="Progress">
      <div class="progress-head">
        {isKnown && (
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
      {job.attempt > 1 && (
        <p class="notice small">
          Attempt {job.attempt}: only what was missing is done again. What was finished before is
          kept.
        </p>
      )}
      {progress && <Checklist agents={progress.agents} gauge={gauge} />}
      <p class="small muted">
        {isApart(watch) ? APART : whatIsKnown(job, gauge.serverTimeAt(performance.now()))} You can
        close this page: the analysis goes on, and is here when you come back.
      </p>
    </section>
  );
}

const APART = "There is no connection at the moment: what moves here is expected, not seen.";

function isApart({ connection }: Watch): boolean {
  return connection.value === "offline" || connection.value === "reconnecting";
}

function whatIsKnown({ status, progress_data, queue }: Job, serverNow: number): string {
  if (status === "pending") return queue ? placeInWords(queue, serverNow) : "";
  if (progress_data) return BASIS[progress_data.basis];
  return "How far it is, is not tracked here. The result appears as soon as it is ready.";
}

function headline(job: Job): string {
  if (job.status === "pending")
    return job.attempt > 1 ? "Waiting to start again" : "Waiting to start";
  const progress = job.progress_data;
  if (!progress) return "Running";
  return progress.current_agent ? doing(progress.current_agent) : progress.message || "Running";
}

function timesInWords(
  job: Job,
  elapsedMs: number | null,
  left: { middleMs: number; mostMs: number | null } | null,
): string {
  if (elapsedMs === null) return "";
  const passed = duration(elapsedMs);
  if (job.status === "pending") return `Waiting for ${passed}`;
  if (!left) return `Running for ${passed}`;
  const words = remaining(left.middleMs, left.mostMs);
  return `${passed} so far · ${words.startsWith("about") ? `${words} left` : words}`;
}
