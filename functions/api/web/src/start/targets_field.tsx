import { capitalized } from "../words/agents";
import { NumberField } from "./number_field";
import { complaint, isEmpty, shareOf, type TypedShares } from "./targets";

interface Props {
  title: string;
  keys: readonly string[];
  fields: TypedShares;
  onChange: (fields: TypedShares) => void;
}

/** Shares that must sum to 100, validated while typing. */
export function Targets({ title, keys, fields, onChange }: Props) {
  const wrong = complaint(fields);
  // Keep keys from the server editable even if they aren't offered.
  const all = [...new Set([...keys, ...Object.keys(fields)])];
  return (
    <fieldset class="stack">
      <legend>
        <h3>{title}</h3>
      </legend>
      <div class="fields fields-narrow">
        {all.map((key) => (
          <NumberField
            key={key}
            label={capitalized(key)}
            unit="%"
            value={fields[key] ?? ""}
            problem={shareOf(fields[key] ?? "") === null ? "Enter 0 to 100." : null}
            onInput={(value) => onChange({ ...fields, [key]: value })}
          />
        ))}
      </div>
      <p class={wrong ? "field-problem" : "small muted"} role="status">
        {wrong ?? (isEmpty(fields) ? "No targets." : "These add up to 100%.")}
      </p>
    </fieldset>
  );
}
