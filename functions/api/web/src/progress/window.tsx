import { useRef } from "preact/hooks";
import type { Watch } from "../live";
import { Bar, setText } from "../ui/bar";
import { isActive } from "../api/types";
import { analysisName } from "../words/agents";
import { JOB_STATUS } from "../words/job_status";
import { Announcer } from "./announcer";
import { jobTimesInWords } from "./times";
import { useGauge } from "./use_gauge";

interface Props {
  watch: Watch;
  address: string;
  onClose: () => void;
}

/** The small window of a running analysis: visible in other views, and until the user closes it. */
export function ProgressWindow({ watch, address, onClose }: Props) {
  const line = useRef<HTMLParagraphElement>(null);
  const job = watch.job.value;
  const isRunning = job !== null && isActive(job);
  const isComplete = job?.status === "completed";

  const { bar } = useGauge(watch, (gauge, percent, now) => {
    if (!isRunning) return;
    const words = jobTimesInWords(job, gauge, now);
    setText(line.current, percent === null ? words : `${Math.floor(percent)}% · ${words}`);
  });

  if (!job) return null;
  return (
    <aside class="window card" aria-label="Your analysis">
      <div class="row row-apart">
        <h2 class="window-title">{analysisName(job.job_type)}</h2>
        <button
          type="button"
          class="plain small-button window-close"
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
          {isComplete ? "Your report is ready." : JOB_STATUS[job.status]}
        </p>
      )}
      <a href={address}>{LEADS[job.status] ?? "Open"}</a>
      <Announcer job={job} />
    </aside>
  );
}

const LEADS: Record<string, string> = {
  completed: "View report",
  failed: "See why",
};
