import { readSample } from "../api/sample";
import type { Retirement } from "../api/types";
import { FAN_TITLE, Fan } from "../results/fan";
import { KeyFigures } from "../results/key_figures";
import { Verdict } from "../results/verdict";
import { useResource } from "../ui/resource";
import { SAMPLE_ADDRESS } from "../ui/route";
import { Explanation } from "../ui/term";
import { LANDING, TAGLINE } from "../words/landing";
import { VisitorsBar } from "./visitors_bar";

/** The page for visitors: what Alex does, and a real result. */
export function Landing({ onSignIn }: { onSignIn: () => Promise<void> }) {
  return (
    <>
      <VisitorsBar onSignIn={onSignIn} />
      <main id="main" class="page stack-wide landing">
        <div class="stack hero">
          <h1>{TAGLINE}</h1>
          <p class="muted lead">{LANDING.lead}</p>
          <div class="row">
            <button type="button" class="primary start-button" onClick={() => void onSignIn()}>
              {LANDING.upload}
            </button>
            <a class="button start-button" href={SAMPLE_ADDRESS}>
              {LANDING.sample}
            </a>
          </div>
          <p class="small muted">{LANDING.privacy}</p>
        </div>
        <Picture />
        <ol class="landing-steps">
          {LANDING.steps.map(({ title, text }) => (
            <li key={title} class="stack-tight">
              <h2 class="landing-step">{title}</h2>
              <p class="muted">{text}</p>
            </li>
          ))}
        </ol>
      </main>
      <Explanation />
    </>
  );
}

/** The head of the sample's result, drawn from its data. */
function Picture() {
  const { value: job, error } = useResource(readSample);
  if (error) return null;
  const retirement = job?.retirement_payload;
  return (
    <section class="card stack picture" aria-labelledby="picture-title">
      <div class="row row-apart">
        <h2 class="picture-title" id="picture-title">
          {LANDING.picture}
        </h2>
        <a class="small" href={SAMPLE_ADDRESS}>
          {LANDING.wholeSample}
        </a>
      </div>
      {job && <Verdict job={job} />}
      {job && <KeyFigures job={job} />}
      {retirement?.fan && (
        <div class="stack-tight">
          <h3>{FAN_TITLE}</h3>
          <Fan fan={retirement.fan} retirementAge={ageOf(retirement)} />
        </div>
      )}
    </section>
  );
}

function ageOf({ retirement_age }: Retirement): number | null {
  return typeof retirement_age === "number" ? retirement_age : null;
}
