import type { FanYear } from "../api/types";
import { dollars } from "../words/amounts";
import { labelOf } from "./fan_scale";

const COLUMNS = [
  ["p5", "Poor (5%)"],
  ["p25", "Weak (25%)"],
  ["p50", "Median"],
  ["p75", "Good (75%)"],
  ["p95", "Strong (95%)"],
] as const;

/** The data of the fan as a table. */
export function FanTable({ fan, title }: { fan: FanYear[]; title: string }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{fan.every(({ age }) => age != null) ? "Age" : "Year"}</th>
            {COLUMNS.map(([key, name]) => (
              <th scope="col" class="amount" key={key}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fan.map((year) => (
            <tr key={year.year}>
              <th scope="row">{labelOf(year)}</th>
              {COLUMNS.map(([key]) => (
                <td class="amount" key={key}>
                  {dollars(year[key])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
