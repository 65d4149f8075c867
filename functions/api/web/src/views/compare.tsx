import type { ComponentChildren } from "preact";
import { readJob } from "../api/alex";
import type { JobWithResults } from "../api/types";
import { classesOf, comparable, type Comparable, type Trade } from "../results/comparison";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { jobAddress } from "../ui/route";
import { Explanation, Term } from "../ui/term";
import { analysisName, capitalized } from "../words/agents";
import { dollars, timeOf } from "../words/amounts";
import { partName } from "../words/asset_classes";
import { shareOfSimulations } from "../words/outcome";

/** Two analyses side by side, the earlier one first. */
export function CompareView({ ids }: { ids: [string, string] }) {
  const both = useResource(() => Promise.all(ids.map(readJob)));
  const jobs = both.value?.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  return (
    <main id="main" class="page stack-wide">
      <header class="stack">
        <p class="small">
          <a href="#/analyses">Your analyses</a>
        </p>
        <h1>Compare two analyses</h1>
      </header>
      <ProblemNotice error={both.error} onRetry={both.reload} />
      {!jobs && !both.error && <p class="muted">Loading…</p>}
      {jobs && <Comparison earlier={jobs[0]!} later={jobs[1]!} />}
      <Explanation />
    </main>
  );
}

interface Both<T> {
  earlier: T;
  later: T;
}

function Comparison({ earlier, later }: Both<JobWithResults>) {
  const figures = { earlier: comparable(earlier), later: comparable(later) };
  return (
    <>
      <div class="scroll card" tabIndex={0} role="region" aria-label="Comparison">
        <table class="comparison">
          <thead>
            <tr>
              <td />
              {[earlier, later].map((job) => (
                <th scope="col" class="amount" key={job.id}>
                  <a href={jobAddress(job.id)}>{job.name ?? analysisName(job.job_type)}</a>
                  <span class="small muted holding-name">{timeOf(job.created_at)}</span>
                </th>
              ))}
              <th scope="col" class="amount comparison-change">
                Change
              </th>
            </tr>
          </thead>
          <Outcome {...figures} />
          <Mix {...figures} />
        </table>
      </div>
      <section class="stack" aria-labelledby="trades-title">
        <h2 id="trades-title">Suggested trades</h2>
        <div class="comparison-trades">
          <Trades job={earlier} trades={figures.earlier.trades} />
          <Trades job={later} trades={figures.later.trades} />
        </div>
      </section>
    </>
  );
}

function Outcome({ earlier, later }: Both<Comparable>) {
  const row = (
    name: ComponentChildren,
    of: (figures: Comparable) => number | null,
    words: (value: number) => string,
    change: (difference: number) => string,
  ) => <Row {...{ name, words, change }} before={of(earlier)} after={of(later)} />;
  return (
    <tbody>
      {row("Portfolio", ({ totalValue }) => totalValue, dollars, signedDollars)}
      {earlier.holdings !== later.holdings &&
        row("Holdings", ({ holdings }) => holdings, String, signed)}
      {row(
        <Term of="success_rate">Success rate</Term>,
        ({ successRate }) => successRate,
        shareOfSimulations,
        points,
      )}
      {row(
        <Term of="sustainable_income">Income that lasts</Term>,
        ({ sustainableIncome }) => sustainableIncome,
        dollars,
        signedDollars,
      )}
      {row("Retire at", ({ retirementAge }) => retirementAge, String, signed)}
      {row("Spend each year", ({ spending }) => spending, dollars, signedDollars)}
      {row("Save each year", ({ saving }) => saving, dollars, signedDollars)}
    </tbody>
  );
}

function Mix({ earlier, later }: Both<Comparable>) {
  const classes = classesOf(earlier, later);
  if (classes.length === 0) return null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={4} class="comparison-group">
          Mix
        </th>
      </tr>
      {classes.map((key) => (
        <Row
          key={key}
          name={partName(key)}
          before={earlier.mix[key] ?? 0}
          after={later.mix[key] ?? 0}
          words={(share) => `${share}%`}
          change={points}
        />
      ))}
    </tbody>
  );
}

interface RowProps {
  name: ComponentChildren;
  before: number | null;
  after: number | null;
  words: (value: number) => string;
  change: (difference: number) => string;
}

/** A row of both values; none if neither analysis has the value. */
function Row({ name, before, after, words, change }: RowProps) {
  if (before === null && after === null) return null;
  const both = [before, after].map((value) => (value === null ? "–" : words(value)));
  const changed =
    before === null || after === null ? "" : before === after ? SAME : change(after - before);
  return (
    <tr class={changed === SAME ? "comparison-same" : "comparison-changed"}>
      <th scope="row">{name}</th>
      <td class="amount comparison-before">{both[0]}</td>
      <td class="amount comparison-after">{both[1]}</td>
      <td class="amount comparison-change">{changed}</td>
    </tr>
  );
}

function Trades({ job, trades }: { job: JobWithResults; trades: Trade[] }) {
  return (
    <section class="card stack-tight" aria-label={`Trades of ${timeOf(job.created_at)}`}>
      <h3>{job.name ?? timeOf(job.created_at)}</h3>
      {trades.length === 0 ? (
        <p class="muted">No trades.</p>
      ) : (
        <ul class="plain-list">
          {trades.map(({ account, action, symbol, amount }, place) => (
            <li key={place}>
              {capitalized(action)} {dollars(amount)} of {symbol}
              <span class="muted small holding-name">{account ?? "New savings"}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const SAME = "No change";
const signed = (difference: number): string => `${difference > 0 ? "+" : ""}${difference}`;
const signedDollars = (difference: number): string =>
  `${difference > 0 ? "+" : ""}${dollars(difference)}`;
const points = (difference: number): string => {
  const rounded = Math.round(difference);
  return rounded === 0 ? SAME : `${signed(rounded)} point${Math.abs(rounded) === 1 ? "" : "s"}`;
};
