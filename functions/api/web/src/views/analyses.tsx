import { useState } from "preact/hooks";
import { deleteJob, listJobs, readStats } from "../api/alex";
import { isActive, type AgentStats, type Job, type ListedJob } from "../api/types";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { jobAddress } from "../ui/route";
import { analysisName, capitalized, stepName } from "../words/agents";
import { dollars, percent, timeOf } from "../words/amounts";
import { duration, precise } from "../words/duration";
import { outcome } from "../words/outcome";
import { JobName } from "./job_name";

/** Earlier analyses with their times, and agent statistics. */
export function AnalysesView() {
  const first = useResource(() => listJobs(null));
  const [more, setMore] = useState<ListedJob[]>([]);
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

  function reload() {
    setMore([]);
    setCursor(undefined);
    first.reload();
  }

  async function remove(job: Job) {
    try {
      await deleteJob(job.id);
      reload();
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <main class="page stack-wide">
      <h1>Your analyses</h1>
      <ProblemNotice error={first.error} onRetry={first.reload} />
      <ProblemNotice error={error} />
      {!first.value && !first.error && <p class="muted">Loading…</p>}
      {first.value && jobs.length === 0 && (
        <p>
          You have no analyses yet. <a href="#/">Start one.</a>
        </p>
      )}
      {jobs.length > 0 && (
        <ul class="jobs card">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} onDelete={() => remove(job)} onNamed={reload} />
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

interface RowProps {
  job: ListedJob;
  onDelete: () => Promise<void>;
  onNamed: () => void;
}

function JobRow({ job, onDelete, onNamed }: RowProps) {
  const when = timeOf(job.created_at);
  return (
    <li class="job">
      <div>
        <a class="job-name" href={jobAddress(job.id)}>
          {job.name ?? analysisName(job.job_type)}
          <span class="unseen">, {when}</span>
        </a>
        <p class="muted small">
          {when}
          {job.name && ` · ${analysisName(job.job_type)}`}
        </p>
      </div>
      <div class="job-outcome">
        {job.total_value !== null && (
          <p class="figures">
            <strong>{dollars(job.total_value)}</strong>
          </p>
        )}
        {job.success_rate !== null && <p class="muted small">{outcome(job.success_rate)}</p>}
        {job.status !== "completed" && (
          <span class={`tag tag-${job.status}`}>{capitalized(job.status)}</span>
        )}
      </div>
      <span class="muted small figures">{durationInWords(job)}</span>
      <div class="job-actions">
        <JobName job={job} onNamed={onNamed} />
        {!isActive(job) && (
          <Confirm
            label="Delete"
            class="plain small-button"
            question="Delete this analysis?"
            confirm="Delete it"
            onConfirm={onDelete}
          >
            <p>This deletes its results and history for good. Your portfolio stays.</p>
          </Confirm>
        )}
      </div>
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
