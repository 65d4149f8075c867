import { useEffect, useState } from "preact/hooks";
import { listAccounts, listPositions, removeAccount, removeAccounts } from "../api/alex";
import type { Account, Position } from "../api/types";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import type { PortfolioState } from "./portfolio_card";
import { count, money, percent, quantity } from "../words/amounts";
import { PositionEditor, isUnclassified } from "./position_editor";
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
          <li key={account.id} class="account">
            <Holding
              account={account}
              total={total}
              onChange={onChange}
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
  onChange: () => void;
  onRemove: () => Promise<unknown>;
}

function Holding({ account, total, onChange, onRemove }: HoldingProps) {
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
          <Positions account={account} onChange={onChange} />
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

type PositionsProps = Pick<HoldingProps, "account" | "onChange">;

function Positions({ account, onChange }: PositionsProps) {
  // Loaded again with each new list of accounts; a deleted account is no longer in it.
  const positions = useResource(() => listPositions(account.id), account);
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
            <th scope="col">
              <span class="unseen">Edit</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted(positions.value, order).map((position) => (
            <PositionRow
              key={position.id}
              position={position}
              total={account.total_value}
              onChange={onChange}
            />
          ))}
          {account.cash_balance > 0 && (
            <tr>
              <th scope="row">Cash</th>
              <td />
              <td class="amount">{money(account.cash_balance)}</td>
              <td class="amount">{weight(account.cash_balance, account.total_value)}</td>
              <td />
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

interface PositionProps {
  position: Position;
  /** The value of its account. */
  total: number;
  onChange: () => void;
}

function PositionRow({ position, total, onChange }: PositionProps) {
  const [isEdited, setEdited] = useState(false);
  const { symbol, quantity: units, value, instrument } = position;
  const close = () => setEdited(false);
  if (isEdited)
    return (
      <tr>
        <td colSpan={COLUMNS.length + 2}>
          <PositionEditor
            position={position}
            onChanged={() => {
              close();
              onChange();
            }}
            onClose={close}
          />
        </td>
      </tr>
    );
  return (
    <tr>
      <th scope="row">
        {symbol} <span class="muted holding-name">{instrument.name}</span>
        {isUnclassified(position) && (
          <span class="holding-name muted small">Not classified yet.</span>
        )}
      </th>
      <td class="amount">{quantity(units)}</td>
      <td class="amount">{value === null ? "no price" : money(value)}</td>
      <td class="amount">{value === null ? "" : weight(value, total)}</td>
      <td class="amount">
        <button type="button" class="plain sorter" onClick={() => setEdited(true)}>
          {isUnclassified(position) ? "What is it?" : "Edit"}
          <span class="unseen"> {symbol}</span>
        </button>
      </td>
    </tr>
  );
}

const weight = (value: number, total: number): string =>
  total > 0 ? percent((100 * value) / total) : "";
