import { useRef, useState } from "preact/hooks";
import { deleteJob, listJobs, readStats } from "../api/alex";
import type { Watch } from "../live";
import { isActive, type AgentStats, type Job, type ListedJob } from "../api/types";
import { ValueChart } from "../results/value_chart";
import { valueHistory } from "../results/value_history";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { Fold } from "../ui/fold";
import { useKeptFocus } from "../ui/kept_focus";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { compareAddress, jobAddress } from "../ui/route";
import { analysisName, capitalized, stepName } from "../words/agents";
import { dollars, percent, timeOf } from "../words/amounts";
import { duration, precise } from "../words/duration";
import { outcome } from "../words/outcome";
import { JobName } from "./job_name";

/**
 * The portfolio's value over time, earlier analyses, and agent statistics. The list is loaded again when the followed job
 * ends.
 */
export function AnalysesView({ watch }: { watch: Watch | null }) {
  const followed = watch?.job.value;
  const first = useResource(() => listJobs(null), followed && !isActive(followed));
  const [more, setMore] = useState<ListedJob[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const next = cursor === undefined ? (first.value?.next_cursor ?? null) : cursor;
  const jobs = [...(first.value?.jobs ?? []), ...more];

  useKeptFocus();
  const history = valueHistory(jobs);
  // Decided by the first list, so that the chart never appears by itself above a list that is being read.
  const hasChart = useRef<boolean | null>(null);
  if (first.value) hasChart.current ??= history !== null;

  const canCompare = jobs.filter(({ status }) => status === "completed").length > 1;

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

  /** Choose a job to compare. A third choice replaces the first. */
  function choose(id: string, isChosen: boolean) {
    const others = chosen.filter((other) => other !== id);
    setChosen(isChosen ? [...others, id].slice(-2) : others);
  }

  async function remove(job: Job) {
    try {
      await deleteJob(job.id);
      choose(job.id, false);
      reload();
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <main id="main" class="page stack-wide">
      <h1>Your analyses</h1>
      <ProblemNotice error={first.error} onRetry={first.reload} />
      <ProblemNotice error={error} />
      {!first.value && !first.error && <p class="muted">Loading…</p>}
      {first.value && jobs.length === 0 && (
        <p>
          You have no analyses yet. <a href="#/">Start one.</a>
        </p>
      )}
      {hasChart.current && history && <ValueChart history={history} />}
      {jobs.length > 0 && (
        <ul class="jobs card">
          {jobs.map((job) => (
            <JobRow
              key={job.id}
              job={job}
              isChosen={chosen.includes(job.id)}
              onChoose={canCompare ? (isChosen) => choose(job.id, isChosen) : null}
              onDelete={() => remove(job)}
              onNamed={reload}
            />
          ))}
        </ul>
      )}
      {chosen.length > 0 && <CompareBar chosen={chosen} onClear={() => setChosen([])} />}
      {next && (
        <div>
          <Action onAct={loadMore} busy="Loading…">
            Show earlier analyses
          </Action>
        </div>
      )}
      {first.value && <Stats />}
    </main>
  );
}

/** Leads from the chosen analyses to their comparison. */
function CompareBar({ chosen, onClear }: { chosen: string[]; onClear: () => void }) {
  const [first, second] = chosen;
  return (
    <section class="card start-bar" aria-label="Compare">
      <p role="status">{second ? "Two analyses chosen." : "Choose another analysis to compare."}</p>
      <div class="row">
        {first && second && (
          <a class="button button-primary" href={compareAddress(first, second)}>
            Compare these two
          </a>
        )}
        <button type="button" onClick={onClear}>
          Clear
        </button>
      </div>
    </section>
  );
}

interface RowProps {
  job: ListedJob;
  isChosen: boolean;
  /** Null if there is nothing to compare with. */
  onChoose: ((isChosen: boolean) => void) | null;
  onDelete: () => Promise<void>;
  onNamed: () => void;
}

function JobRow({ job, isChosen, onChoose, onDelete, onNamed }: RowProps) {
  const when = timeOf(job.created_at);
  return (
    <li class="job">
      <div>
        <div class="job-title">
          <a class="job-name" href={jobAddress(job.id)}>
            {job.name ?? analysisName(job.job_type)}
            <span class="unseen">, {when}</span>
          </a>
          {job.is_sample && <span class="tag">Sample</span>}
        </div>
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
      <span class="job-time muted small figures">{durationInWords(job)}</span>
      <div class="job-actions">
        {onChoose && job.status === "completed" && (
          <label class="check small">
            <input
              type="checkbox"
              checked={isChosen}
              onChange={(event) => onChoose(event.currentTarget.checked)}
            />
            Compare
            <span class="unseen">
              {" "}
              {job.name ?? analysisName(job.job_type)}, {when}
            </span>
          </label>
        )}
        <JobName job={job} onNamed={onNamed} label="Name" />
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
    <Fold summary="How long the steps take">
      <p class="small muted">In your own analyses, not counting the wait before each step.</p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Times of the steps">
        <table class="step-times">
          <thead>
            <tr>
              <th scope="col">Step</th>
              {["Runs", "Median", "9 in 10 within", "Failed"].map((name) => (
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
    </Fold>
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
