import type { Imported } from "../api/types";
import { count, money } from "../words/amounts";
import { lineOf } from "./lines";

/** What was read, and which lines were no holdings. */
export function ImportedNote({
  imported,
  text,
  name,
}: {
  imported: Imported;
  text: string;
  name: string;
}) {
  const { accounts, positions, total_value, skipped } = imported;
  return (
    <div class="notice notice-good stack">
      <p>
        <strong>Read {name}:</strong> {count(accounts, "account")} with{" "}
        {count(positions, "position")}, worth <span class="figures">{money(total_value)}</span>.
      </p>
      {skipped.length > 0 && (
        <details>
          <summary>
            {count(skipped.length, "line")} skipped:{" "}
            {skipped.length === 1 ? "it is no holding" : "they are no holdings"}
          </summary>
          <div class="scroll" tabIndex={0} role="region" aria-label="Skipped lines">
            <table>
              <thead>
                <tr>
                  <th scope="col">Line</th>
                  <th scope="col">What it says</th>
                  <th scope="col">Why it was skipped</th>
                </tr>
              </thead>
              <tbody>
                {skipped.map(({ line, reason }) => (
                  <tr key={line}>
                    <td>{line}</td>
                    <td class="as-written">{lineOf(text, line)}</td>
                    <td>{reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </div>
  );
}
