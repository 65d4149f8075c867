import type { Imported } from "../api/types";
import { Action } from "../ui/action";
import { count, money } from "../words/amounts";

interface Props {
  preview: Imported;
  name: string;
  onReplace: () => Promise<unknown>;
  onCancel: () => void;
}

/** Asks before a file replaces accounts that exist. */
export function ReplaceQuestion({ preview, name, onReplace, onCancel }: Props) {
  const replaced = preview.changes.filter(({ before }) => before !== null);
  return (
    <div class="notice stack" role="group" aria-label={`Replace accounts with ${name}`}>
      <p>
        <strong>
          {replaced.length === 1
            ? `"${replaced[0]!.account}" already exists.`
            : `${replaced.length} accounts already exist.`}
        </strong>{" "}
        Replace {replaced.length === 1 ? "it" : "them"} with what is in {name}?
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Changes by account">
        <table>
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col">Now</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {preview.changes.map(({ account, before, after }) => (
              <tr key={account}>
                <td class="as-written">{account}</td>
                <td>{before ? described(before) : "New account"}</td>
                <td>{described(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="row">
        <Action class="primary" onAct={onReplace} busy="Importing…">
          Replace
        </Action>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <span class="soft small">You can undo this.</span>
      </div>
    </div>
  );
}

function described({ positions, total_value }: { positions: number; total_value: number }): string {
  return `${count(positions, "position")}, ${money(total_value)}`;
}
