import { useId } from "preact/hooks";
import { grouped } from "./goals";

interface Props {
  label: string;
  unit: string;
  /** Shown while the field is empty. */
  example?: string;
  value: string;
  problem: string | null;
  /** Whether to mark a valid field, for a problem that is described elsewhere. */
  isMarked?: boolean;
  onInput: (value: string) => void;
}

export function NumberField({ label, unit, example, value, problem, isMarked, onInput }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {label} <span class="muted unit">{unit}</span>
      </label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={value}
        {...(example ? { placeholder: `for example, ${example}` } : {})}
        aria-invalid={problem !== null || isMarked === true}
        {...(problem ? { "aria-describedby": `${id}-problem` } : {})}
        onInput={(event) => onInput(event.currentTarget.value)}
        onBlur={() => grouped(value) !== value && onInput(grouped(value))}
      />
      {problem && (
        <p class="field-problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
