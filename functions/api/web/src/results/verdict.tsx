import type { JobView } from "../live";
import { dollars } from "../words/amounts";
import { shareOfSimulations, status } from "../words/outcome";

/** Whether the plan works, in one sentence with its status. Renders nothing without such a result. */
export function Verdict({ job }: { job: JobView }) {
  const retirement = job.retirement_payload;
  const rate = retirement?.success_rate;
  if (!retirement || retirement.mock || rate === null || rate === undefined) return null;
  const { target_retirement_income: income, final_age: age } = retirement.assumptions ?? {};
  const { kind, words } = status(rate);
  const spending = typeof income === "number" ? `At ${dollars(income)} a year, your` : "Your";
  const until = typeof age === "number" ? `to age ${age} ` : "";
  return (
    <p class={`verdict verdict-${kind}`}>
      <span class={`tag tag-${kind}`}>{words}</span>
      <span>
        {spending} money lasts {until}in {shareOfSimulations(rate)} of simulations.
        {retirement["goals_are_examples"] === true && " These goals are examples, not yours."}
      </span>
    </p>
  );
}
