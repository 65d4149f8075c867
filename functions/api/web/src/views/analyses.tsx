import { useState } from "preact/hooks";
import { deleteJob, listJobs, readStats } from "../api/alex";
import { isActive, type AgentStats, type Job } from "../api/types";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { jobAddress } from "../ui/route";
import { analysisName, capitalized, stepName } from "../words/agents";
import { percent, timeOf } from "../words/amounts";
import { duration, precise } from "../words/duration";

/** Earlier analyses with their times, and agent statistics. */
export function AnalysesView() {
  const first = useResource(() => listJobs(null));
  const [more, setMore] = useState<Job[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const next = cursor === undefined ? (first.value?.next_cursor ?? null) : cursor;
  const jobs = [...(first.value?.jobs ?? []), ...more];

  async function loadMore() {
    try {
      const page = await listJobs(next);
      setMore([...more, ...page.jobs]);
      setCursor(page.next_cursor);
    } catch (refused) {
      setError(refused);
    }
  }

  async function remove(job: Job) {
    try {
      await deleteJob(job.id);
      setMore([]);
      setCursor(undefined);
      first.reload();
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <main class="page stack-wide">
      <h1>Your analyses</h1>
      <ProblemNotice error={first.error} onRetry={first.reload} />
      <ProblemNotice error={error} />
      {!first.value && !first.error && <p class="muted">Looking them up…</p>}
      {first.value && jobs.length === 0 && (
        <p>
          There are none yet. <a href="#/">Start the first one.</a>
        </p>
      )}
      {jobs.length > 0 && (
        <ul class="jobs card">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} onDelete={() => remove(job)} />
          ))}
        </ul>
      )}
      {next && (
        <div>
          <Action onAct={loadMore} busy="Loading…">
            Show earlier ones
          </Action>
        </div>
      )}
      <Stats />
    </main>
  );
}

function JobRow({ job, onDelete }: { job: Job; onDelete: () => Promise<void> }) {
  const when = timeOf(job.created_at);
  return (
    <li class="job">
      <a class="job-name" href={jobAddress(job.id)}>
        {analysisName(job.job_type)}
        <span class="unseen">, {when}</span>
      </a>
      <span class="muted small">{when}</span>
      <span class={`tag tag-${job.status}`}>{capitalized(job.status)}</span>
      <span class="muted small figures">{durationInWords(job)}</span>
      {isActive(job) ? (
        <span />
      ) : (
        <Confirm
          label="Delete"
          class="plain small-button"
          question="Delete this analysis?"
          confirm="Delete it"
          onConfirm={onDelete}
        >
          <p>Its results and its history are gone for good. Your portfolio stays.</p>
        </Confirm>
      )}
    </li>
  );
}

function durationInWords({ started_at, completed_at }: Job): string {
  if (!started_at || !completed_at) return "";
  const ms = Date.parse(completed_at) - Date.parse(started_at);
  return ms < 10_000 ? precise(ms / 1000) : duration(ms);
}

function Stats() {
  const stats = useResource(readStats);
  const known = stats.value?.filter(({ jobs, runs }) => jobs > 0 || runs > 0) ?? [];
  if (known.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="stats-title">
      <h2 id="stats-title">How long the agents take</h2>
      <p class="small muted">Their own work in your analyses, without the start of each.</p>
      <div class="scroll card" tabIndex={0} role="region" aria-label="Times of the agents">
        <table>
          <thead>
            <tr>
              <th scope="col">Agent</th>
              {["Runs", "Median", "9 of 10 within", "Failed"].map((name) => (
                <th scope="col" class="amount" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {known.map((agent) => (
              <StatsRow key={agent.agent} agent={agent} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function StatsRow({ agent }: { agent: AgentStats }) {
  const { median_seconds, p90_seconds, failure_rate } = agent;
  return (
    <tr>
      <th scope="row">{stepName(agent.agent)}</th>
      <td class="amount">{agent.runs}</td>
      <td class="amount">{median_seconds === null ? "–" : precise(median_seconds)}</td>
      <td class="amount">{p90_seconds === null ? "–" : precise(p90_seconds)}</td>
      <td class="amount">{failure_rate === null ? "–" : percent(100 * failure_rate)}</td>
    </tr>
  );
}
