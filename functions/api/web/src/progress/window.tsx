import { useEffect, useRef } from "preact/hooks";
import type { Watch } from "../live";
import { Bar, setBar, setText } from "../ui/bar";
import { useFrames } from "../ui/frame";
import { isActive } from "../api/types";
import { analysisName } from "../words/agents";
import { Announcer } from "./announcer";
import { timesInWords } from "./panel";
import { whenDone } from "./window_setting";
import { useGauge } from "./use_gauge";

const STAYS_MS = 2000;

interface Props {
  watch: Watch;
  address: string;
  onClose: () => void;
}

/** The small window of a running analysis: visible in other views, and closed after success. */
export function ProgressWindow({ watch, address, onClose }: Props) {
  const gauge = useGauge(watch);
  const bar = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLParagraphElement>(null);
  const job = watch.job.value;
  const isRunning = job !== null && isActive(job);
  const isComplete = job?.status === "completed";

  useFrames((now) => {
    const percent = gauge.percentAt(now);
    setBar(bar.current, isComplete ? 100 : percent);
    bar.current?.classList.toggle("bar-stopped", isRunning && gauge.silenceAt(now) !== null);
    if (!isRunning) return;
    const words = timesInWords(job, gauge, now);
    setText(line.current, percent === null ? words : `${Math.floor(percent)}% · ${words}`);
  }, isRunning);

  useEffect(() => {
    if (!isComplete || whenDone.value === "stays") return;
    const timer = setTimeout(onClose, STAYS_MS);
    return () => clearTimeout(timer);
  }, [isComplete, whenDone.value]);

  if (!job) return null;
  return (
    <aside class="window card" aria-label="Your analysis">
      <div class="row row-apart">
        <h2 class="window-title">{analysisName(job.job_type)}</h2>
        <button
          type="button"
          class="plain small-button"
          aria-label="Close this window"
          onClick={onClose}
        >
          ✕
        </button>
      </div>
      {isRunning || isComplete ? <Bar bar={bar} label="The whole analysis" /> : null}
      {isRunning ? (
        // The text is written directly to the DOM, so the renderer must create a new element for the next one.
        <p key="running" class="small muted figures" ref={line} />
      ) : (
        <p key="ended" class="small">
          {ENDED[job.status]}
        </p>
      )}
      <div class="row row-apart">
        <a href={address}>{LEADS[job.status] ?? "Open"}</a>
        <label class="check">
          <input
            type="checkbox"
            checked={whenDone.value === "closes"}
            onChange={(event) =>
              (whenDone.value = event.currentTarget.checked ? "closes" : "stays")
            }
          />
          Close when done
        </label>
      </div>
      <Announcer job={job} />
    </aside>
  );
}

const LEADS: Record<string, string> = {
  completed: "Read the result",
  failed: "See why",
};
const ENDED: Record<string, string> = {
  completed: "Your analysis is ready.",
  failed: "The analysis failed.",
  cancelled: "The analysis was cancelled.",
};
