import type { JobView } from "../live";
import { dateOf, dollars, money, percent } from "../words/amounts";
import { shareOfSimulations } from "../words/outcome";

/** The most important figures. */
export function KeyFigures({ job }: { job: JobView }) {
  const shown = figures(job);
  if (shown.length === 0) return null;
  return (
    <dl class="key-figures">
      {shown.map(({ name, value, about }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="key-value figures">{value}</dd>
          <dd class="small muted">{about}</dd>
        </div>
      ))}
    </dl>
  );
}

interface KeyFigure {
  name: string;
  value: string;
  about: string;
}

function figures({
  summary_payload: summary,
  report_payload,
  retirement_payload,
}: JobView): KeyFigure[] {
  const outlook = report_payload?.figures?.outlook;
  const retirement =
    retirement_payload && !retirement_payload.mock && retirement_payload.success_rate !== null
      ? retirement_payload
      : null;
  const age = retirement?.assumptions?.["final_age"];
  return [
    summary && {
      name: "Portfolio",
      value: money(summary.total_value),
      about: `On ${dateOf(summary.as_of)}`,
    },
    outlook && {
      name: "Expected return",
      value: percent(outlook.expected_real_return),
      about: `A year above inflation; volatility ${percent(outlook.volatility)}`,
    },
    retirement && {
      name: typeof age === "number" ? `Lasts to age ${age}` : "Lasts",
      value: shareOfSimulations(retirement.success_rate ?? 0),
      about: "Share of simulations, at the income you plan",
    },
    retirement && {
      name: "Income that lasts",
      value: dollars(retirement.sustainable_income ?? 0),
      about: "A year, in 90% of simulations",
    },
  ].filter((figure): figure is KeyFigure => Boolean(figure));
}
