import type { Chart, FanYear } from "../api/types";
import { dollars, money } from "../words/amounts";
import { Figure } from "./figure";

const loadDraw = () => import("./draw");

/** The charts in order; an empty portfolio has none. */
export function Charts({ charts }: { charts: Record<string, Chart> }) {
  const inOrder = Object.entries(charts).sort(([, a], [, b]) => place(a) - place(b));
  if (inOrder.length === 0) {
    return (
      <p class="notice">There is nothing to chart yet. Add holdings or cash, then analyze again.</p>
    );
  }
  return (
    <div class="charts">
      {inOrder.map(([key, chart]) => (
        <Figure
          key={key}
          title={chart.title}
          description={chart.description}
          draw={async (canvas) => (await loadDraw()).drawChart(canvas, chart)}
          table={<ChartTable chart={chart} />}
        />
      ))}
    </div>
  );
}

function ChartTable({ chart }: { chart: Chart }) {
  const hasShares = chart.data.some(({ share }) => share);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" class="amount">
            Value
          </th>
          {hasShares && (
            <th scope="col" class="amount">
              Share
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {chart.data.map(({ name, value, color, amount, share }) => (
          <tr key={name}>
            <th scope="row">
              <span class="swatch" style={{ "--swatch": color }} aria-hidden="true" />
              {name}
            </th>
            <td class="amount">{amount || money(value)}</td>
            {hasShares && <td class="amount">{share}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const PERCENTILES = [
  ["p5", "Poor (5%)"],
  ["p25", "Weak (25%)"],
  ["p50", "Median"],
  ["p75", "Good (75%)"],
  ["p95", "Strong (95%)"],
] as const;

/** The range of the portfolio's future value, in today's dollars. */
export function Fan({ fan, retirementAge }: { fan: FanYear[]; retirementAge: number | null }) {
  return (
    <Figure
      class="figure-wide"
      title="How your savings could grow or shrink"
      description="In today's dollars. The line is the median. Half of all simulations stay within the dark band and nine in ten within the light band, which may extend beyond the chart."
      draw={async (canvas) => (await loadDraw()).drawFan(canvas, fan, retirementAge)}
      table={
        <table>
          <thead>
            <tr>
              <th scope="col">Age</th>
              {PERCENTILES.map(([key, name]) => (
                <th scope="col" class="amount" key={key}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fan.map((year) => (
              <tr key={year.year}>
                <th scope="row">{year.age ?? year.year}</th>
                {PERCENTILES.map(([key]) => (
                  <td class="amount" key={key}>
                    {dollars(year[key])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

function place(chart: Chart): number {
  return typeof chart["order"] === "number" ? chart["order"] : 0;
}
