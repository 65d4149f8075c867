import { useEffect, useRef, useState } from "preact/hooks";
import { changeUser } from "../api/alex";
import type { User } from "../api/types";
import { Action } from "../ui/action";
import { ProblemNotice } from "../ui/problem";
import type { Resource } from "../ui/resource";
import { GOALS_ADDRESS } from "../ui/route";
import { IncomeFields } from "./income_fields";
import { given, isStreamFine, streamsOf, typedStreams } from "./income_streams";
import { NumberField } from "./number_field";
import { PLAN_FIELDS, planChanges, planProblem, typedPlan } from "./goals";
import { Targets } from "./targets_field";
import { ASSET_CLASSES, REGIONS, areShares, complaint, shares, typed } from "./targets";

/** Save the form if it was changed. Resolves to false if a field needs correction. */
export type SavePlan = () => Promise<boolean>;

interface Props {
  user: Resource<User>;
  /** A hidden title can't receive the focus. */
  isShown: boolean;
  /** Receives the function that saves the form. */
  onReady: (save: SavePlan) => void;
}

/** Goals for retirement, and targets. */
export function PlanCard({ user, isShown, onReady }: Props) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isShown && user.value && location.hash === GOALS_ADDRESS) title.current?.focus();
  }, [isShown, user.value !== null]);
  return (
    <section class="card stack" aria-labelledby="plan-title">
      <h2 id="plan-title" tabIndex={-1} ref={title}>
        Your goals
      </h2>
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

  const income = given(streams);
  const hasMarkedField =
    PLAN_FIELDS.some((field) => planProblem(field, plan[field.name]) !== null) ||
    !income.every(isStreamFine) ||
    !areShares(classes) ||
    !areShares(regions);
  const isOffTotal = complaint(classes) !== null || complaint(regions) !== null;
  const isFine = !hasMarkedField && !isOffTotal;
  const now = JSON.stringify([plan, income, classes, regions]);
  const isChanged = now !== saved;

  async function save(): Promise<boolean> {
    if (!isFine) return false;
    if (!isChanged) return true;
    setError(null);
    try {
      await changeUser({
        ...planChanges(plan),
        income_streams: income.length > 0 ? streamsOf(income) : null,
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
        open={showsIncome || !income.every(isStreamFine)}
        onToggle={(event) => showIncome(event.currentTarget.open)}
      >
        <summary>Social Security, pensions, and other income</summary>
        <div class="stack targets">
          <IncomeFields streams={streams} onChange={setStreams} />
        </div>
      </details>
      <details
        open={showsTargets || isOffTotal}
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
        {hasMarkedField && <span class="field-problem">Correct the marked fields first.</span>}
      </div>
      <ProblemNotice error={error} />
    </>
  );
}
