import { useId } from "preact/hooks";

interface Props {
  label: string;
  unit: string;
  value: string;
  problem: string | null;
  onInput: (value: string) => void;
}

export function NumberField({ label, unit, value, problem, onInput }: Props) {
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
        aria-invalid={problem !== null}
        {...(problem ? { "aria-describedby": `${id}-problem` } : {})}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {problem && (
        <p class="field-problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
