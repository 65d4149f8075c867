import { useEffect, useState } from "preact/hooks";
import { changeUser, seeUser } from "../api/alex";
import type { User } from "../api/types";
import { Action } from "../ui/action";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { IncomeFields } from "./income_fields";
import { isStreamFine, streamsOf, typedStreams } from "./income_streams";
import { NumberField } from "./number_field";
import { PLAN_FIELDS, planChanges, planProblem, typedPlan } from "./plans";
import { Targets } from "./targets_field";
import { ASSET_CLASSES, REGIONS, complaint, shares, typed } from "./targets";

/** Save the form if it was changed. Resolves to false if a field needs correction. */
export type SavePlan = () => Promise<boolean>;

/** Goals for retirement, and targets. `onReady` receives the function that saves them. */
export function PlanCard({ onReady }: { onReady: (save: SavePlan) => void }) {
  const user = useResource(seeUser);
  return (
    <section class="card stack" aria-labelledby="plan-title">
      <h2 id="plan-title">Your goals</h2>
      <p class="small muted">
        Optional. Enter when you plan to retire and what you want to spend to see whether it works.
      </p>
      <ProblemNotice error={user.error} onRetry={user.reload} />
      {user.value ? (
        <PlanForm user={user.value} onReady={onReady} />
      ) : (
        !user.error && <p class="muted small">Loading your goals…</p>
      )}
    </section>
  );
}

function PlanForm({ user, onReady }: { user: User; onReady: (save: SavePlan) => void }) {
  const [plan, setPlan] = useState(() => typedPlan(user));
  const [streams, setStreams] = useState(() => typedStreams(user.income_streams));
  const [classes, setClasses] = useState(() => typed(user.asset_class_targets));
  const [regions, setRegions] = useState(() => typed(user.region_targets));
  const [saved, setSaved] = useState(() => JSON.stringify([plan, streams, classes, regions]));
  const [hasSaved, setHasSaved] = useState(false);
  const [showsTargets, showTargets] = useState(false);
  const [showsIncome, showIncome] = useState(streams.length > 0);
  const [error, setError] = useState<unknown>(null);

  const isFine =
    PLAN_FIELDS.every((field) => planProblem(field, plan[field.name]) === null) &&
    streams.every(isStreamFine) &&
    complaint(classes) === null &&
    complaint(regions) === null;
  const now = JSON.stringify([plan, streams, classes, regions]);
  const isChanged = now !== saved;

  async function save(): Promise<boolean> {
    if (!isFine) return false;
    if (!isChanged) return true;
    setError(null);
    try {
      await changeUser({
        ...planChanges(plan),
        income_streams: streams.length > 0 ? streamsOf(streams) : null,
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
            example={field.example}
            value={plan[field.name]}
            problem={planProblem(field, plan[field.name])}
            onInput={(value) => setPlan({ ...plan, [field.name]: value })}
          />
        ))}
      </div>
      <p class="small muted">All amounts are in today's dollars, before taxes.</p>
      <details
        open={showsIncome || !streams.every(isStreamFine)}
        onToggle={(event) => showIncome(event.currentTarget.open)}
      >
        <summary>Social Security, pensions, and other income</summary>
        <div class="stack targets">
          <IncomeFields streams={streams} onChange={setStreams} />
        </div>
      </details>
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
            International covers every region outside North America without a target of its own.
          </p>
        </div>
      </details>
      <div class="row">
        <Action onAct={save} disabled={!isFine || !isChanged} busy="Saving…" class="small-button">
          Save goals
        </Action>
        <span class="small muted" role="status">
          {hasSaved && !isChanged ? "Saved." : "Starting an analysis saves them, too."}
        </span>
        {!isFine && <span class="field-problem">Correct the marked fields first.</span>}
      </div>
      <ProblemNotice error={error} />
    </>
  );
}
