import { useEffect, useState } from "preact/hooks";
import { changeUser, seeUser } from "../api/alex";
import type { User } from "../api/types";
import { Action } from "../ui/action";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { NumberField } from "./number_field";
import { PLAN_FIELDS, planChanges, planProblem, typedPlan } from "./plans";
import { Targets } from "./targets_field";
import { ASSET_CLASSES, REGIONS, complaint, shares, typed } from "./targets";

/** Save the form if it was changed. Resolves to false if a field needs correction. */
export type SavePlan = () => Promise<boolean>;

/** Retirement settings and targets. `onReady` receives the function that saves them. */
export function PlanCard({ onReady }: { onReady: (save: SavePlan) => void }) {
  const user = useResource(seeUser);
  return (
    <section class="card stack" aria-labelledby="plan-title">
      <h2 id="plan-title">Your plan</h2>
      <ProblemNotice error={user.error} onRetry={user.reload} />
      {user.value ? (
        <PlanForm user={user.value} onReady={onReady} />
      ) : (
        !user.error && <p class="muted small">Looking up your settings…</p>
      )}
    </section>
  );
}

function PlanForm({ user, onReady }: { user: User; onReady: (save: SavePlan) => void }) {
  const [plan, setPlan] = useState(() => typedPlan(user));
  const [classes, setClasses] = useState(() => typed(user.asset_class_targets));
  const [regions, setRegions] = useState(() => typed(user.region_targets));
  const [saved, setSaved] = useState(() => JSON.stringify([plan, classes, regions]));
  const [hasSaved, setHasSaved] = useState(false);
  const [showsTargets, showTargets] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const isFine =
    PLAN_FIELDS.every((field) => planProblem(field, plan[field.name]) === null) &&
    complaint(classes) === null &&
    complaint(regions) === null;
  const now = JSON.stringify([plan, classes, regions]);
  const isChanged = now !== saved;

  async function save(): Promise<boolean> {
    if (!isFine) return false;
    if (!isChanged) return true;
    setError(null);
    try {
      await changeUser({
        ...planChanges(plan),
        asset_class_targets: shares(classes),
        region_targets: shares(regions),
      });
      setSaved(now);
      setHasSaved(true);
      return true;
    } catch (refused) {
      setError(refused);
      return false;
    }
  }
  useEffect(() => {
    // Return nothing: an effect's return value is called as its cleanup.
    onReady(save);
  });

  return (
    <>
      <div class="fields">
        {PLAN_FIELDS.map((field) => (
          <NumberField
            key={field.name}
            label={field.label}
            unit={field.unit}
            value={plan[field.name]}
            problem={planProblem(field, plan[field.name])}
            onInput={(value) => setPlan({ ...plan, [field.name]: value })}
          />
        ))}
      </div>
      <p class="small muted">
        In today's dollars. The income is what these savings shall pay: leave out Social Security
        and other pensions.
      </p>
      <details
        open={showsTargets || complaint(classes) !== null || complaint(regions) !== null}
        onToggle={(event) => showTargets(event.currentTarget.open)}
      >
        <summary>Targets for asset classes and regions</summary>
        <div class="stack targets">
          <Targets
            title="Asset classes"
            keys={ASSET_CLASSES}
            fields={classes}
            onChange={setClasses}
          />
          <Targets title="Regions" keys={REGIONS} fields={regions} onChange={setRegions} />
          <p class="small muted">
            International means every region outside North America that has no target of its own.
          </p>
        </div>
      </details>
      <div class="row">
        <Action onAct={save} disabled={!isFine || !isChanged} busy="Saving…" class="small-button">
          Save the plan
        </Action>
        <span class="small muted" role="status">
          {hasSaved && !isChanged ? "Saved." : "An analysis uses the plan as it stands here."}
        </span>
        {!isFine && <span class="field-problem">Correct what is marked first.</span>}
      </div>
      <ProblemNotice error={error} />
    </>
  );
}
