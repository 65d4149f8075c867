import { useEffect, useState } from "preact/hooks";
import { cancelJob } from "../api/alex";
import { isActive } from "../api/types";
import type { JobView, Watch } from "../live";
import { useBeat } from "../progress/beat";
import { ProgressPanel } from "../progress/panel";
import { Announcer } from "../progress/announcer";
import { Result } from "../results/result";
import { missingSections } from "../results/sections";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { analysisName } from "../words/agents";
import { dateOf } from "../words/amounts";
import { Ended } from "./ended";
import { JobName } from "./job_name";
import { followed } from "./followed";
import { Missed } from "./missed";
import { NotifyOffer } from "./notify_offer";

/** One analysis: its progress, and its results. */
export function JobPage({ watch }: { watch: Watch }) {
  const job = watch.job.value;
  const beat = useBeat(job);
  const runningId = job && isActive(job) ? job.id : null;
  useEffect(() => {
    if (runningId) followed.value = runningId;
  }, [runningId]);
  useEffect(() => {
    // The user saw the end here, so no window is needed.
    if (job && !isActive(job) && followed.value === job.id) followed.value = null;
  }, [job]);
  if (watch.isMissing.value) {
    return (
      <main id="main" class="page stack">
        <h1>We can't find this analysis</h1>
        <p>It may have been deleted, or it may belong to someone else.</p>
        <p>
          <a href="#/analyses">Your analyses</a> · <a href="#/">Start one</a>
        </p>
      </main>
    );
  }
  if (!job) {
    return (
      <main id="main" class="page stack">
        <h1>Loading…</h1>
      </main>
    );
  }
  const isOver = !isActive(job) && !beat.isNow;
  return (
    <main id="main" class="page stack-wide">
      <header class="stack">
        <p class="muted small">
          {analysisName(job.job_type)} · {dateOf(job.created_at)}
        </p>
        <div class="row">
          <h1 class={isOver ? "ended-title" : "progress-title"}>
            {(isOver && job.name) || titleOf(job, isOver)}
          </h1>
          {isOver && <JobName job={job} onNamed={() => watch.refresh()} />}
        </div>
      </header>
      {!isOver && <Active watch={watch} job={job} onView={beat.end} />}
      <Missed key={`missed ${isOver}`} events={watch.missed.value} />
      {(job.status === "failed" || job.status === "cancelled") && <Ended watch={watch} job={job} />}
      {hasResults(job) && <Result key={String(isOver)} job={job} isPartial={!isOver} />}
      <Announcer job={job} />
    </main>
  );
}

interface ActiveProps {
  watch: Watch;
  job: JobView;
  /** Show the report of a job that was just completed. */
  onView: () => void;
}

function Active({ watch, job, onView }: ActiveProps) {
  const [error, setError] = useState<unknown>(null);
  return (
    <div class="stack">
      <ProgressPanel watch={watch} job={job}>
        {isActive(job) ? (
          <>
            <Confirm
              label="Cancel analysis"
              class="danger small-button"
              question="Cancel this analysis?"
              confirm="Cancel analysis"
              keep="Keep running"
              onConfirm={() => cancelJob(job.id).then(() => watch.refresh(), setError)}
            >
              <p>
                The analysis stops now. Finished parts are kept, and you can run the rest later.
              </p>
            </Confirm>
            <NotifyOffer />
          </>
        ) : (
          <button type="button" class="primary small-button" onClick={onView}>
            View report
          </button>
        )}
      </ProgressPanel>
      <ProblemNotice error={error} />
    </div>
  );
}

const TITLES = {
  pending: "Your analysis is waiting to start",
  running: "Your analysis is running",
  completed: "Your analysis",
  failed: "Your analysis failed",
  cancelled: "Your analysis was cancelled",
} as const;

function titleOf(job: JobView, isOver: boolean): string {
  if (job.status === "completed" && !isOver) return "Your analysis is complete";
  if (job.status === "failed" && missingSections(job).finished.length > 0)
    return "Your analysis is incomplete";
  return TITLES[job.status];
}

function hasResults(job: JobView): boolean {
  return Boolean(job.summary_payload) || missingSections(job).finished.length > 0;
}
