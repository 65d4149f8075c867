import type { AccountState, Imported } from "../api/types";
import { Action } from "../ui/action";
import { count, money } from "../words/amounts";

interface Props {
  preview: Imported;
  name: string;
  onImport: (existing: "replace" | "keep") => Promise<unknown>;
  onCancel: () => void;
}

/** Asks before a file replaces existing accounts. */
export function ReplaceQuestion({ preview, name, onImport, onCancel }: Props) {
  const { subject, question } = asked(preview);
  return (
    <div class="notice stack" role="group" aria-label={`Replace accounts with ${name}`}>
      <p>
        <strong>{subject}</strong> {question}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Changes by account">
        <table>
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col">Now</th>
              <th scope="col">After replacing</th>
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
        <Action class="primary" onAct={() => onImport("replace")} busy="Importing…">
          Replace
        </Action>
        <Action onAct={() => onImport("keep")} busy="Importing…">
          Keep both
        </Action>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <span class="muted small">You can undo this.</span>
      </div>
    </div>
  );
}

/** The preview lists up to 50 accounts, existing ones first; with more, the sums are incomplete. */
function asked({ changes, accounts }: Imported): { subject: string; question: string } {
  const replaced = changes.filter(({ before }) => before !== null);
  const sum = (of: (AccountState | null)[]) =>
    of.reduce((total, state) => total + (state?.positions ?? 0), 0);
  const now = count(sum(replaced.map(({ before }) => before)), "holding");
  const then = sum(replaced.map(({ after }) => after)).toLocaleString("en-US");
  if (replaced.length === 1)
    return {
      subject: `"${replaced[0]!.account}" already exists.`,
      question: `Replace its ${now} with the ${then} in this file?`,
    };
  if (replaced.length === changes.length && changes.length < accounts)
    return {
      subject: `${replaced.length} or more accounts already exist.`,
      question: "Replace their holdings with those in this file?",
    };
  return {
    subject: `${replaced.length} accounts already exist.`,
    question: `Replace their ${now} with the ${then} in this file?`,
  };
}

function described({ positions, total_value }: AccountState): string {
  return `${count(positions, "holding")}, ${money(total_value)}`;
}
