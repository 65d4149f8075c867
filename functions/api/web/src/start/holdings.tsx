import { useState } from "preact/hooks";
import { listPositions, removeAccount, removeAccounts } from "../api/alex";
import type { Account, Position } from "../api/types";
import { Confirm } from "../ui/confirm";
import { useFocusAfter, useKeptFocus } from "../ui/kept_focus";
import { ProblemNotice } from "../ui/problem";
import { useResource, type Resource } from "../ui/resource";
import { count, money, percent, quantity, shortDateOf } from "../words/amounts";
import { PositionEditor, isUnclassified } from "./position_editor";
import { sorted, type Order } from "./sorting";

interface Props {
  accounts: Resource<Account[]>;
  onChange: () => void;
}

/** The user's accounts. An analysis covers all of them. */
export function Holdings({ accounts, onChange }: Props) {
  const [error, setError] = useState<unknown>(null);
  const remove = (removal: Promise<unknown>) => removal.then(onChange, setError);
  useKeptFocus();

  if (accounts.error) return <ProblemNotice error={accounts.error} onRetry={accounts.reload} />;
  if (!accounts.value) return null;
  if (accounts.value.length === 0) {
    return <p class="muted">You have no accounts yet. Upload a file, or try it with a sample.</p>;
  }
  const total = accounts.value.reduce((sum, { total_value }) => sum + total_value, 0);
  return (
    <div class="stack">
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
              This deletes {count(accounts.value.length, "account")} with all holdings. Earlier
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
        <AccountName name={account.account_name} />
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
            <p>This deletes the account with its holdings. Earlier analyses stay.</p>
          </Confirm>
        </>
      )}
    </details>
  );
}

/** An account's name; a number in parentheses at its end is kept together. */
function AccountName({ name }: { name: string }) {
  const [, words = name, number] = /^(.*?)(\([^()]{1,24}\))?$/.exec(name) ?? [];
  return (
    <span>
      {words}
      {number && <span class="account-number">{number}</span>}
    </span>
  );
}

type PositionsProps = Pick<HoldingProps, "account" | "onChange">;

function Positions({ account, onChange }: PositionsProps) {
  // Loaded again with each new list of accounts; a deleted account is no longer in it.
  const positions = useResource(() => listPositions(account.id), account);
  const [order, setOrder] = useState<Order>({ by: "value", isDescending: true });
  useKeptFocus();
  if (positions.error) return <ProblemNotice error={positions.error} onRetry={positions.reload} />;
  if (!positions.value) return <p class="muted small">Loading…</p>;
  return (
    <table class="positions" aria-label={`Holdings of ${account.account_name}`}>
      <thead>
        <tr>
          {COLUMNS.map(({ by, title, isAmount }) => (
            <th
              key={by}
              scope="col"
              aria-sort={order.by !== by ? "none" : order.isDescending ? "descending" : "ascending"}
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
          <th scope="col" class="unseen">
            Weight
          </th>
          <th scope="col" class="unseen">
            Edit
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
            <td class="position-units" />
            <td class="position-value">{money(account.cash_balance)}</td>
            <td class="position-weight muted">
              {weight(account.cash_balance, account.total_value)}
            </td>
            <td class="position-action" />
          </tr>
        )}
      </tbody>
    </table>
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
  const button = useFocusAfter(isEdited);
  const { symbol, quantity: units, value, instrument } = position;
  const close = () => setEdited(false);
  return (
    <>
      <tr>
        <th scope="row">
          {symbol}
          {instrument.name !== symbol && <span class="muted holding-name">{instrument.name}</span>}
          {isUnclassified(position) && (
            <span class="holding-name small unclassified">Not classified yet.</span>
          )}
        </th>
        <td class="position-units muted">
          {instrument.current_price === null ? "Quantity " : ""}
          {quantity(units)}
          {instrument.current_price !== null && (
            <span>
              {" × "}
              {money(instrument.current_price)}
              {instrument.price_as_of && ` on ${shortDateOf(instrument.price_as_of)}`}
            </span>
          )}
        </td>
        <td class="position-value">{value === null ? "no price" : money(value)}</td>
        <td class="position-weight muted">{value === null ? "" : weight(value, total)}</td>
        <td class="position-action">
          {!isEdited && (
            <button
              type="button"
              class="plain small-button"
              ref={button}
              onClick={() => setEdited(true)}
            >
              {isUnclassified(position) ? "What is it?" : "Edit"}
              <span class="unseen"> {symbol}</span>
            </button>
          )}
        </td>
      </tr>
      {isEdited && (
        <tr class="position-edited">
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
      )}
    </>
  );
}

const weight = (value: number, total: number): string =>
  total > 0 ? percent((100 * value) / total) : "";
