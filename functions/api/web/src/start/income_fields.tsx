import { useId } from "preact/hooks";
import { useKeptFocus } from "../ui/kept_focus";
import { EMPTY_STREAM, streamProblems, type TypedStream } from "./income_streams";
import { NumberField } from "./number_field";

interface Props {
  streams: TypedStream[];
  onChange: (streams: TypedStream[]) => void;
}

const MOST = 10;

/** Social Security, pensions, and other income, one row each. */
export function IncomeFields({ streams, onChange }: Props) {
  const change = (place: number, changes: Partial<TypedStream>) =>
    onChange(streams.map((stream, at) => (at === place ? { ...stream, ...changes } : stream)));
  useKeptFocus();
  return (
    <fieldset class="stack">
      <legend>
        <h3>Other income in retirement</h3>
      </legend>
      <p class="small muted">
        Social Security, pensions, or rent, in today's dollars before taxes.
      </p>
      {streams.map((stream, place) => (
        <Stream
          key={place}
          stream={stream}
          onInput={(changes) => change(place, changes)}
          onRemove={() => onChange(streams.filter((_, at) => at !== place))}
        />
      ))}
      {streams.length < MOST && (
        <div>
          <button
            type="button"
            class="small-button"
            onClick={() => onChange([...streams, EMPTY_STREAM])}
          >
            Add income
          </button>
        </div>
      )}
    </fieldset>
  );
}

interface StreamProps {
  stream: TypedStream;
  onInput: (changes: Partial<TypedStream>) => void;
  onRemove: () => void;
}

function Stream({ stream, onInput, onRemove }: StreamProps) {
  const problems = streamProblems(stream);
  const isEmpty = stream === EMPTY_STREAM;
  const shown = (problem: string | null) => (isEmpty ? null : problem);
  const id = useId();
  return (
    <div class="income" role="group" aria-label={stream.name || "New income"}>
      <div class="fields">
        <div class="field">
          <label for={id}>Name</label>
          <input
            id={id}
            type="text"
            autocomplete="off"
            maxLength={100}
            placeholder="for example, Social Security"
            value={stream.name}
            aria-invalid={shown(problems.name) !== null}
            onInput={(event) => onInput({ name: event.currentTarget.value })}
          />
          {shown(problems.name) && <p class="field-problem">{problems.name}</p>}
        </div>
        <NumberField
          label="Amount"
          unit="$ a year"
          example="24,000"
          value={stream.amount}
          problem={shown(problems.amount)}
          onInput={(amount) => onInput({ amount })}
        />
        <NumberField
          label="From age"
          unit=""
          example="67"
          value={stream.startAge}
          problem={shown(problems.startAge)}
          onInput={(startAge) => onInput({ startAge })}
        />
        <NumberField
          label="To age"
          unit="(empty: for life)"
          value={stream.endAge}
          problem={shown(problems.endAge)}
          onInput={(endAge) => onInput({ endAge })}
        />
      </div>
      <button type="button" class="plain small-button" onClick={onRemove}>
        Remove {stream.name || "this income"}
      </button>
    </div>
  );
}
