import type { ComponentChildren } from "preact";
import type { KnownYear, StressYear } from "../api/types";
import type { JobView } from "../live";
import { Term } from "../ui/term";
import { dateOf, dollars, percent } from "../words/amounts";
import { shareOfSimulations } from "../words/outcome";

const MOST = 4;

/** The most important figures, the same ones as in print. */
export function KeyFigures({ job }: { job: JobView }) {
  const shown = figures(job);
  if (shown.length === 0) return null;
  return (
    <dl class="key-figures">
      {shown.map(({ key, name, value, about }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd class="key-value figures">{value}</dd>
          <dd class="small muted">{about}</dd>
        </div>
      ))}
    </dl>
  );
}

interface KeyFigure {
  key: string;
  name: ComponentChildren;
  value: string;
  about: ComponentChildren;
}

function figures({
  summary_payload: summary,
  report_payload,
  retirement_payload,
}: JobView): KeyFigure[] {
  const { outlook, stress } = report_payload?.figures ?? {};
  const worst = Object.values(stress ?? {})
    .filter(isKnown)
    .toSorted((a, b) => a.change - b.change)[0];
  const retirement =
    retirement_payload && !retirement_payload.mock && retirement_payload.success_rate != null
      ? retirement_payload
      : null;
  const age = retirement?.assumptions?.["final_age"];
  const shown: (KeyFigure | null | undefined)[] = [
    summary && {
      key: "value",
      name: "Portfolio",
      value: dollars(summary.total_value),
      about: `On ${dateOf(summary.as_of)}`,
    },
    retirement && {
      key: "success",
      name: <Term of="success_rate">Success rate</Term>,
      value: shareOfSimulations(retirement.success_rate ?? 0),
      about: `Your money lasts${typeof age === "number" ? ` to age ${age}` : ""}, at the income you plan`,
    },
    retirement && {
      key: "income",
      name: <Term of="sustainable_income">Income that lasts</Term>,
      value: dollars(retirement.sustainable_income ?? 0),
      about: (
        <>
          A year in <Term of="todays_dollars">today's dollars</Term>, in 90% of simulations
        </>
      ),
    },
    worst && {
      key: "worst",
      name: `In a year like ${worst.years}`,
      value: `${worst.percent > 0 ? "+" : ""}${worst.percent}%`,
      about: `A ${worst.change > 0 ? "gain" : "loss"} of about ${dollars(Math.abs(worst.change))} today`,
    },
    outlook && {
      key: "return",
      name: <Term of="expected_return">Expected return</Term>,
      value: percent(outlook.expected_real_return),
      about: (
        <>
          A year above inflation; <Term of="volatility">volatility</Term>{" "}
          {percent(outlook.volatility)}
        </>
      ),
    },
  ];
  return shown.filter((figure): figure is KeyFigure => Boolean(figure)).slice(0, MOST);
}

/** A year in the past, if enough is known of the holdings to estimate it. */
function isKnown(year: StressYear): year is KnownYear {
  return year.percent !== null && year.change !== null;
}
