import type { JobView } from "../live";
import { GOALS_ADDRESS } from "../ui/route";
import { status } from "../words/outcome";
import { leadOf } from "./lead";

/** Whether the plan works, in one sentence with its status; without goals, what the portfolio is, and how to set them. */
export function Verdict({ job }: { job: JobView }) {
  const retirement = job.retirement_payload;
  const rate = retirement?.success_rate;
  if (!retirement || retirement.mock || rate === null || rate === undefined)
    return <WithoutOutlook job={job} />;
  const { kind, words } = status(rate);
  return (
    <div class={`verdict verdict-${kind}`}>
      <span class={`tag tag-${kind}`}>{words}</span>
      <p class="verdict-words">{retirement.headline}</p>
      {retirement["goals_are_examples"] === true && (
        <p class="small muted">These goals are examples, not yours.</p>
      )}
    </div>
  );
}

/** The report's first sentence, if it stands in the place of the verdict; otherwise null. */
export function leadAsVerdict({ retirement_payload: retirement, report_payload: report }: JobView) {
  const hasOutlook = retirement && !retirement.mock && retirement.success_rate != null;
  return hasOutlook || !report || report["mock"] === true ? null : leadOf(report.content);
}

function WithoutOutlook({ job }: { job: JobView }) {
  const lead = leadAsVerdict(job);
  return (
    <>
      {lead && (
        <div class="verdict">
          <p class="verdict-words">{lead}</p>
        </div>
      )}
      {hasNoGoals(job) && (
        <section class="card row row-apart" aria-labelledby="add-goals">
          <div class="stack-tight">
            <h2 id="add-goals">Add your goals</h2>
            <p class="muted">
              With your age, your retirement, and your spending, the next analysis can say whether
              your money lasts.
            </p>
          </div>
          <a class="button button-primary" href={GOALS_ADDRESS}>
            Add goals
          </a>
        </section>
      )}
    </>
  );
}

/** Whether there is something to simulate, but no goals to simulate it with. */
export function hasNoGoals({
  retirement_payload: retirement,
  summary_payload: summary,
}: JobView): boolean {
  // Until the job is completed, the value is unknown.
  if (!retirement || retirement.mock || (summary && summary.total_value <= 0)) return false;
  return retirement.success_rate == null && Object.keys(retirement.assumptions ?? {}).length === 0;
}
