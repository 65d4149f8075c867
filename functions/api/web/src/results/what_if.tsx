import { useId, useState } from "preact/hooks";
import type { Retirement } from "../api/types";
import { dollars } from "../words/amounts";
import { status } from "../words/outcome";
import { chanceOf, gridOf, type Plan, type WhatIfGrid } from "./what_if_grid";

const STEP = 500;

/** Sliders for retirement age, spending, and saving, with the chance that the money lasts. */
export function WhatIf({ retirement }: { retirement: Retirement }) {
  const grid = gridOf(retirement["grid"]);
  const plan = planOf(retirement);
  return grid && plan && <Sliders grid={grid} planned={plan} />;
}

function Sliders({ grid, planned }: { grid: WhatIfGrid; planned: Plan }) {
  const [plan, setPlan] = useState(planned);
  const change = (changes: Partial<Plan>) => setPlan({ ...plan, ...changes });
  const isChanged = Object.entries(planned).some(
    ([key, value]) => plan[key as keyof Plan] !== value,
  );
  const chance = Math.round(chanceOf(grid, plan));
  const ages = grid.retirement_ages;
  return (
    <section class="card stack" aria-labelledby="what-if-title">
      <h3 id="what-if-title">What if…</h3>
      <p class={`what-if-outcome verdict-${status(chance).kind}`} role="status">
        <span>
          Your money lasts in <strong>{chance}%</strong> of simulations.
          {isChanged && ` With your plan, ${Math.round(chanceOf(grid, planned))}%.`}
        </span>
      </p>
      <div class="fields">
        <Slider
          label="Retire at"
          shown={String(plan.retirementAge)}
          value={plan.retirementAge}
          range={[ages[0]!, ages.at(-1)!, 1]}
          onInput={(retirementAge) => change({ retirementAge })}
        />
        <Slider
          label="Spend each year"
          shown={dollars(plan.spending)}
          value={plan.spending}
          range={[0, mostSpending(grid, planned), STEP]}
          onInput={(spending) => change({ spending })}
        />
        <Slider
          label="Save each year"
          shown={dollars(plan.saving)}
          value={plan.saving}
          range={[0, grid.savings.at(-1)!, STEP]}
          onInput={(saving) => change({ saving })}
        />
      </div>
      <div class="row row-apart">
        <p class="small muted">
          Estimated from the same simulations, in today's dollars. Nothing is saved.
        </p>
        <button
          type="button"
          class="small-button"
          disabled={!isChanged}
          onClick={() => setPlan(planned)}
        >
          Reset
        </button>
      </div>
    </section>
  );
}

interface SliderProps {
  label: string;
  /** The value as text. */
  shown: string;
  value: number;
  /** Minimum, maximum, and step. */
  range: [number, number, number];
  onInput: (value: number) => void;
}

function Slider({ label, shown, value, range: [min, max, step], onInput }: SliderProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class="row row-apart">
        {label} <strong class="figures">{shown}</strong>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        onInput={(event) => onInput(Number(event.currentTarget.value))}
      />
    </div>
  );
}

/** Return the plan that was simulated; null if a part of it is missing. */
function planOf({ assumptions }: Retirement): Plan | null {
  const [age, saving, spending] = [
    "retirement_age",
    "annual_contribution",
    "target_retirement_income",
  ].map((key) => assumptions?.[key]);
  if (typeof age !== "number" || typeof saving !== "number" || typeof spending !== "number")
    return null;
  return { retirementAge: age, saving, spending };
}

/** Twice the planned spending, or what lasts in hardly any simulation if that is less. */
function mostSpending(grid: WhatIfGrid, planned: Plan): number {
  const most = Math.max(...grid.spending.flatMap((bySaving) => bySaving.at(-1)!.at(-1)!));
  const wanted = Math.max(2 * planned.spending, 20_000);
  return Math.ceil(Math.max(Math.min(wanted, most), planned.spending) / STEP) * STEP;
}
