import { useEffect, useState } from "preact/hooks";
import { listAccounts, listPositions, removeAccount, removeAccounts } from "../api/alex";
import type { Account, Position } from "../api/types";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import type { PortfolioState } from "./portfolio_card";
import { count, money, percent, quantity } from "../words/amounts";
import { sorted, type Order } from "./sorting";

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
  if (!accounts.value) return <p class="muted small">Loading your accounts…</p>;
  if (accounts.value.length === 0) {
    return <p class="muted">You have no accounts yet. Upload a file, or try it with a sample.</p>;
  }
  const total = accounts.value.reduce((sum, { total_value }) => sum + total_value, 0);
  return (
    <div class="stack">
      <div class="row row-apart">
        <h3>{count(accounts.value.length, "account")}</h3>
        <strong class="figures">{money(total)}</strong>
      </div>
      <ul class="accounts">
        {accounts.value.map((account) => (
          <li key={`${account.id} ${version}`} class="account">
            <Holding
              account={account}
              total={total}
              onRemove={() => remove(removeAccount(account.id))}
            />
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
              This deletes {count(accounts.value.length, "account")} with all positions. Earlier
              analyses stay.
            </p>
          </Confirm>
        </div>
      )}
      <ProblemNotice error={error} />
    </div>
  );
}

interface HoldingProps {
  account: Account;
  /** The value of all accounts. */
  total: number;
  onRemove: () => Promise<unknown>;
}

function Holding({ account, total, onRemove }: HoldingProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {account.account_name}
        <span class="account-value figures">
          {money(account.total_value)}
          {total > 0 && (
            <span class="muted small"> {percent((100 * account.total_value) / total)}</span>
          )}
        </span>
      </summary>
      {isOpen && (
        <>
          <Positions account={account} />
          <Confirm
            label="Remove this account"
            class="plain small-button remove"
            question={`Remove ${account.account_name}?`}
            confirm="Remove"
            onConfirm={onRemove}
          >
            <p>This deletes the account with its positions. Earlier analyses stay.</p>
          </Confirm>
        </>
      )}
    </details>
  );
}

function Positions({ account }: { account: Account }) {
  const positions = useResource(() => listPositions(account.id), account.id);
  const [order, setOrder] = useState<Order>({ by: "value", isDescending: true });
  if (positions.error) return <ProblemNotice error={positions.error} onRetry={positions.reload} />;
  if (!positions.value) return <p class="muted small">Loading…</p>;
  return (
    <div
      class="scroll"
      tabIndex={0}
      role="region"
      aria-label={`Holdings of ${account.account_name}`}
    >
      <table>
        <thead>
          <tr>
            {COLUMNS.map(({ by, title, isAmount }) => (
              <th
                key={by}
                scope="col"
                class={isAmount ? "amount" : ""}
                aria-sort={
                  order.by !== by ? "none" : order.isDescending ? "descending" : "ascending"
                }
              >
                <button
                  type="button"
                  class="plain sorter"
                  onClick={() =>
                    setOrder({ by, isDescending: order.by === by ? !order.isDescending : isAmount })
                  }
                >
                  {title}
                </button>
              </th>
            ))}
            <th scope="col" class="amount">
              Weight
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted(positions.value, order).map((position) => (
            <PositionRow key={position.id} position={position} total={account.total_value} />
          ))}
          {account.cash_balance > 0 && (
            <tr>
              <th scope="row">Cash</th>
              <td />
              <td class="amount">{money(account.cash_balance)}</td>
              <td class="amount">{weight(account.cash_balance, account.total_value)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

const COLUMNS = [
  { by: "symbol", title: "Holding", isAmount: false },
  { by: "quantity", title: "Quantity", isAmount: true },
  { by: "value", title: "Value", isAmount: true },
] as const;

function PositionRow({ position, total }: { position: Position; total: number }) {
  const { symbol, quantity: units, value, instrument } = position;
  return (
    <tr>
      <th scope="row">
        {symbol} <span class="muted holding-name">{instrument.name}</span>
      </th>
      <td class="amount">{quantity(units)}</td>
      <td class="amount">{value === null ? "no price" : money(value)}</td>
      <td class="amount">{value === null ? "" : weight(value, total)}</td>
    </tr>
  );
}

const weight = (value: number, total: number): string =>
  total > 0 ? percent((100 * value) / total) : "";
