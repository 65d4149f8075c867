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
  const isBeat = useBeat(job);
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
      <main class="page stack">
        <h1>There is no such analysis</h1>
        <p>It may have been deleted, or belong to someone else.</p>
        <p>
          <a href="#/analyses">Your analyses</a> · <a href="#/">Start one</a>
        </p>
      </main>
    );
  }
  if (!job) {
    return (
      <main class="page stack">
        <h1>Loading…</h1>
      </main>
    );
  }
  return (
    <main class="page stack-wide">
      <header class="stack">
        <p class="muted small">
          {analysisName(job.job_type)} · {dateOf(job.created_at)}
        </p>
        <h1>{(!isActive(job) && job.name) || TITLES[job.status]}</h1>
        {!isActive(job) && (
          <div class="row">
            <JobName job={job} onNamed={() => watch.refresh()} />
          </div>
        )}
      </header>
      <Missed events={watch.missed.value} />
      {isActive(job) && <Active watch={watch} job={job} />}
      {isBeat && <ProgressPanel watch={watch} job={job} />}
      {(job.status === "failed" || job.status === "cancelled") && <Ended watch={watch} job={job} />}
      {!isBeat && hasResults(job) && <Result job={job} />}
      <Announcer job={job} />
    </main>
  );
}

function Active({ watch, job }: { watch: Watch; job: JobView }) {
  const [error, setError] = useState<unknown>(null);
  return (
    <div class="stack">
      <ProgressPanel watch={watch} job={job} />
      <div class="row">
        <Confirm
          label="Cancel analysis"
          question="Cancel this analysis?"
          confirm="Cancel analysis"
          keep="Keep running"
          onConfirm={() => cancelJob(job.id).then(() => watch.refresh(), setError)}
        >
          <p>The analysis stops now. Finished parts are kept, and you can run the rest later.</p>
        </Confirm>
        <NotifyOffer />
      </div>
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

function hasResults(job: JobView): boolean {
  return Boolean(job.summary_payload) || missingSections(job).finished.length > 0;
}
