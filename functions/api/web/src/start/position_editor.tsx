import { useEffect, useId, useRef, useState } from "preact/hooks";
import { changePosition, removePosition } from "../api/alex";
import type { Classification, Position, PositionChanges } from "../api/types";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { quantity } from "../words/amounts";
import { KINDS } from "./holding_kinds";

interface Props {
  position: Position;
  onChanged: () => void;
  onClose: () => void;
}

const UNCHANGED = "";
const REFERENCE = "reference";

/** Changes the quantity or the classification of a position, or removes it. */
export function PositionEditor({ position, onChanged, onClose }: Props) {
  const { id, symbol, instrument } = position;
  const [units, setUnits] = useState(quantity(position.quantity));
  const [kind, setKind] = useState(UNCHANGED);
  const [error, setError] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);
  const [unitsId, kindId] = [useId(), useId()];
  const isFine = unitsOf(units) !== null;

  useEffect(() => field.current?.focus(), []);

  const run = (change: Promise<unknown>) => change.then(onChanged, setError);

  function save() {
    const changed = unitsOf(units);
    if (changed === null) return Promise.resolve(field.current?.focus());
    const changes: PositionChanges = {
      ...(changed !== position.quantity ? { quantity: changed } : {}),
      ...(kind !== UNCHANGED ? { classification: classificationOf(kind) } : {}),
    };
    return Object.keys(changes).length > 0 ? run(changePosition(id, changes)) : done();
  }

  async function done() {
    onClose();
  }

  return (
    <form
      class="stack editor"
      aria-label={`Edit ${symbol}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div class="fields">
        <div class="field">
          <label for={unitsId}>Quantity</label>
          <input
            id={unitsId}
            type="text"
            inputMode="decimal"
            autocomplete="off"
            ref={field}
            value={units}
            aria-invalid={!isFine}
            onInput={(event) => setUnits(event.currentTarget.value)}
          />
          {!isFine && <p class="field-problem">Enter a quantity, such as 12.5.</p>}
        </div>
        <div class="field">
          <label for={kindId}>What is it?</label>
          <select id={kindId} value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value={UNCHANGED}>
              {isUnclassified(position) ? "Choose what it is" : "No change"}
            </option>
            {instrument.classified_by === "user" && (
              <option value={REFERENCE}>Use Alex's classification</option>
            )}
            {KINDS.map(({ key, name }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div class="row">
        <Action class="primary small-button" onAct={save} disabled={!isFine} busy="Saving…">
          Save
        </Action>
        <button type="button" class="small-button" onClick={onClose}>
          Cancel
        </button>
        <Confirm
          label={`Remove ${symbol}`}
          class="danger small-button"
          question={`Remove ${symbol}?`}
          confirm="Remove"
          onConfirm={() => run(removePosition(id))}
        >
          <p>This deletes the holding from this account. Earlier analyses stay.</p>
        </Confirm>
      </div>
      <ProblemNotice error={error} />
    </form>
  );
}

/** Whether to ask the user to classify a holding. */
export function isUnclassified({ instrument }: Position): boolean {
  return instrument.instrument_type === "unclassified";
}

function classificationOf(kind: string): Classification | null {
  return KINDS.find(({ key }) => key === kind)?.classification ?? null;
}

function unitsOf(text: string): number | null {
  const plain = text.trim().replaceAll(/,(?=\d{3})/g, "");
  return /^\d+(\.\d{1,6})?$/.test(plain) && Number(plain) > 0 ? Number(plain) : null;
}
