import { useState } from "preact/hooks";
import { deleteJob, retryJob } from "../api/alex";
import type { AgentProgress } from "../api/types";
import type { JobView, Watch } from "../live";
import { Checklist, failureOf } from "../progress/checklist";
import { partsInWords } from "../results/sections";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { go } from "../ui/route";

/** Why an analysis ended early, and the available actions. */
export function Ended({ watch, job }: { watch: Watch; job: JobView }) {
  const [error, setError] = useState<unknown>(null);
  const hasFailed = job.status === "failed";
  const unstated = (agent: AgentProgress) => {
    const reason = failureOf(agent);
    return reason && job.error_message?.includes(reason) ? null : (reason ?? agent.slow_reason);
  };
  return (
    <section class="stack" aria-label="What happened">
      <div class={`notice ${hasFailed ? "notice-bad" : ""} stack`}>
        <p>{partsInWords(job)}</p>
        {hasFailed && job.error_message && <p>{job.error_message}</p>}
        {hasFailed && (
          <p class="small">Most failures are temporary. If it keeps failing, try again later.</p>
        )}
      </div>
      <div class="row">
        <Action
          class="primary"
          busy="Starting again…"
          onAct={() => retryJob(job.id).then(() => watch.refresh(), setError)}
        >
          Try again
        </Action>
        <Confirm
          label="Delete"
          question="Delete this analysis?"
          confirm="Delete it"
          onConfirm={() => deleteJob(job.id).then(() => go("#/analyses"), setError)}
        >
          <p>This deletes its results and history for good. Your portfolio stays.</p>
        </Confirm>
      </div>
      <ProblemNotice error={error} />
      {job.progress_data && <Checklist agents={job.progress_data.agents} reasonOf={unstated} />}
    </section>
  );
}
