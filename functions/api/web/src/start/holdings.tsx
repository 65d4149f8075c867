import { useEffect, useState } from "preact/hooks";
import { listAccounts, listPositions, removeAccount, removeAccounts } from "../api/alex";
import type { Account } from "../api/types";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import type { PortfolioState } from "./portfolio_card";
import { count, money, quantity } from "../words/amounts";

interface Props {
  version: number;
  onChange: () => void;
  onState: (state: PortfolioState) => void;
}

/** The user's accounts. An analysis covers all of them. */
export function Holdings({ version, onChange, onState }: Props) {
  const accounts = useResource(listAccounts, version);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (accounts.value) onState(accounts.value.length > 0 ? "ready" : "empty");
  }, [accounts.value]);
  const remove = (removal: Promise<unknown>) => removal.then(onChange, setError);

  if (accounts.error) return <ProblemNotice error={accounts.error} onRetry={accounts.reload} />;
  if (!accounts.value) return <p class="muted small">Looking up your accounts…</p>;
  if (accounts.value.length === 0) {
    return <p class="muted">You have no accounts yet. Upload a file, or try it with a sample.</p>;
  }
  return (
    <div class="stack">
      <h3>Your holdings</h3>
      <ul class="accounts">
        {accounts.value.map((account) => (
          <li key={`${account.id} ${version}`} class="account">
            <Holding account={account} onRemove={() => remove(removeAccount(account.id))} />
          </li>
        ))}
      </ul>
      {accounts.value.length > 1 && (
        <div>
          <Confirm
            label="Remove all accounts"
            class="plain small-button"
            question="Remove all accounts?"
            confirm="Remove all"
            onConfirm={() => remove(removeAccounts())}
          >
            <p>
              {count(accounts.value.length, "account")} and what they hold are deleted. Earlier
              analyses stay.
            </p>
          </Confirm>
        </div>
      )}
      <ProblemNotice error={error} />
    </div>
  );
}

function Holding({ account, onRemove }: { account: Account; onRemove: () => Promise<unknown> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {account.account_name}
        {account.cash_balance > 0 && (
          <span class="muted small figures account-cash"> {money(account.cash_balance)} cash</span>
        )}
      </summary>
      {isOpen && (
        <>
          <Positions accountId={account.id} />
          <Confirm
            label="Remove this account"
            class="plain small-button remove"
            question={`Remove ${account.account_name}?`}
            confirm="Remove it"
            onConfirm={onRemove}
          >
            <p>The account and its positions are deleted. Earlier analyses stay as they are.</p>
          </Confirm>
        </>
      )}
    </details>
  );
}

function Positions({ accountId }: { accountId: string }) {
  const positions = useResource(() => listPositions(accountId), accountId);
  if (positions.error) return <ProblemNotice error={positions.error} onRetry={positions.reload} />;
  if (!positions.value) return <p class="muted small">Looking them up…</p>;
  if (positions.value.length === 0) return <p class="muted small">Nothing but cash.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Positions">
      <table>
        <thead>
          <tr>
            <th scope="col">Holding</th>
            <th scope="col" class="amount">
              Quantity
            </th>
            <th scope="col" class="amount">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {positions.value.map(({ id, symbol, quantity: units, value, instrument }) => (
            <tr key={id}>
              <th scope="row">
                {symbol} <span class="muted holding-name">{instrument.name}</span>
              </th>
              <td class="amount">{quantity(units)}</td>
              <td class="amount">{value === null ? "no price" : money(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
