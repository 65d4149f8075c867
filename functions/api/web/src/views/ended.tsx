import { useState } from "preact/hooks";
import { deleteJob, retryJob } from "../api/alex";
import type { JobView, Watch } from "../live";
import { Checklist } from "../progress/checklist";
import { listed, missingSections } from "../results/sections";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { go } from "../ui/route";

/** Why an analysis ended early, and the available actions. */
export function Ended({ watch, job }: { watch: Watch; job: JobView }) {
  const [error, setError] = useState<unknown>(null);
  const { missing, finished } = missingSections(job);
  const hasFailed = job.status === "failed";
  return (
    <section class="stack" aria-label="What happened">
      <div class={`notice ${hasFailed ? "notice-bad" : ""} stack`}>
        <p>{hasFailed ? job.error_message || "The analysis failed." : "Analysis cancelled."}</p>
        <p>
          {finished.length > 0
            ? `Finished and kept: ${listed(finished)}. Missing: ${listed(missing)}.`
            : "Nothing was finished yet. A retry starts over."}
        </p>
        {hasFailed && (
          <p class="small">
            Most failures are temporary. If it fails again in the same way, check your portfolio.
          </p>
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
      {job.progress_data && <Checklist agents={job.progress_data.agents} />}
    </section>
  );
}
