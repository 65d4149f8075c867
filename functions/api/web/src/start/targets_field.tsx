import { useState } from "preact/hooks";
import { shareName } from "../words/share_name";
import { NumberField } from "./number_field";
import { complaint, isEmpty, shareOf, type TypedShares } from "./targets";

interface Props {
  title: string;
  keys: readonly string[];
  fields: TypedShares;
  onChange: (fields: TypedShares) => void;
}

/** Shares that must sum to 100. A wrong sum is marked once the focus leaves the fields. */
export function Targets({ title, keys, fields, onChange }: Props) {
  const [isEdited, setEdited] = useState(false);
  const wrong = complaint(fields);
  const isMarked = wrong !== null && !isEdited;
  // Keep keys from the server editable even if they aren't offered.
  const all = [...new Set([...keys, ...Object.keys(fields)])];
  return (
    <fieldset
      class="stack"
      onFocusIn={() => setEdited(true)}
      onFocusOut={({ currentTarget, relatedTarget }) =>
        setEdited(currentTarget.contains(relatedTarget as Node | null))
      }
    >
      <legend>
        <h3>{title}</h3>
      </legend>
      <div class="fields fields-narrow">
        {all.map((key) => (
          <NumberField
            key={key}
            label={shareName(key)}
            unit="%"
            value={fields[key] ?? ""}
            problem={shareOf(fields[key] ?? "") === null ? "Enter 0 to 100." : null}
            isMarked={isMarked && (fields[key] ?? "").trim() !== ""}
            onInput={(value) => onChange({ ...fields, [key]: value })}
          />
        ))}
      </div>
      <p class={isMarked ? "field-problem" : "small muted"} role="status">
        {wrong ?? (isEmpty(fields) ? "No targets." : "These add up to 100%.")}
      </p>
    </fieldset>
  );
}
