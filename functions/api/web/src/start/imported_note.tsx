import type { Imported } from "../api/types";
import { Action } from "../ui/action";
import { count, money } from "../words/amounts";
import { lineOf } from "./lines";

interface Props {
  imported: Imported;
  text: string;
  name: string;
  onUndo: () => Promise<unknown>;
}

/** The result of an import: its value, warnings, skipped lines, and an undo button. */
export function ImportedNote({ imported, text, name, onUndo }: Props) {
  const { accounts, positions, total_value, warnings, import_id } = imported;
  return (
    <div class="notice notice-good stack">
      <p>
        <strong>Read {name}:</strong> {count(accounts, "account")} with{" "}
        {count(positions, "holding")}, worth <span class="figures">{money(total_value)}</span>.
      </p>
      {warnings.length > 0 && (
        <div>
          <p>
            <strong>Data to check</strong>
          </p>
          <ul>
            {warnings.map(({ message }, place) => (
              <li key={place}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      <Skipped imported={imported} text={text} />
      {import_id !== null && (
        <div>
          <Action class="small-button" onAct={onUndo} busy="Undoing…">
            Undo
          </Action>
        </div>
      )}
    </div>
  );
}

function Skipped({ imported: { skipped }, text }: { imported: Imported; text: string }) {
  if (skipped.length === 0) return null;
  return (
    <details>
      <summary>{count(skipped.length, "line")} skipped</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Skipped lines">
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Content</th>
              <th scope="col">Amount</th>
              <th scope="col">Why it was skipped</th>
            </tr>
          </thead>
          <tbody>
            {skipped.map(({ line, last_line, reason, amount }) => (
              <tr key={line}>
                <td>{last_line ? `${line}–${last_line}` : line}</td>
                <td class="as-written">{lineOf(text, line)}</td>
                <td>{amount == null ? "" : money(amount)}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
