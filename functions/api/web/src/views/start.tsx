import { useRef, useState } from "preact/hooks";
import { startAnalysis } from "../api/alex";
import type { JobType } from "../api/types";
import { go, jobAddress } from "../ui/route";
import { IdempotencyKey } from "../start/idempotency_key";
import { PlanCard, type SavePlan } from "../start/plan_card";
import { PortfolioCard, type PortfolioState } from "../start/portfolio_card";
import { Action } from "../ui/action";
import { ProblemNotice } from "../ui/problem";
import { ANALYSES } from "../words/agents";
import { TAGLINE } from "../words/tagline";
import { ApiError } from "../api/client";

/** The start page: from a portfolio and a plan to a running analysis. */
export function StartView() {
  const [type, setType] = useState<JobType>("portfolio");
  const [error, setError] = useState<unknown>(null);
  const [portfolio, setPortfolio] = useState<PortfolioState>("unknown");
  const [isPlanWrong, setPlanWrong] = useState(false);
  const savePlan = useRef<SavePlan>(async () => true);
  const idempotencyKey = useRef(new IdempotencyKey());

  async function start(isSample: boolean) {
    setError(null);
    const isSaved = await savePlan.current();
    setPlanWrong(!isSaved);
    if (!isSaved) return;
    try {
      const wish = { type, isSample };
      const jobId = await startAnalysis(wish, idempotencyKey.current.for(wish));
      idempotencyKey.current.settle();
      go(jobAddress(jobId));
    } catch (refused) {
      // Only a rejection makes sure that no job started; otherwise the next try repeats the same request.
      if (refused instanceof ApiError && refused.status < 500) idempotencyKey.current.settle();
      setError(refused);
    }
  }

  return (
    <main class="page stack-wide">
      <header class="stack hero">
        <h1>{TAGLINE}</h1>
        <p class="muted lead">
          Give Alex your holdings. A team of agents looks through every fund, compares with your
          targets, and simulates your retirement, while you watch.
        </p>
      </header>
      <div class="start-columns">
        <PortfolioCard onState={setPortfolio} onSample={() => start(true)} />
        <PlanCard onReady={(save) => (savePlan.current = save)} />
      </div>
      <section class="card start-bar" aria-labelledby="kind-title">
        <fieldset class="kinds">
          <legend id="kind-title">What would you like to analyze?</legend>
          {Object.entries(ANALYSES).map(([kind, { title, about }]) => (
            <label class="kind" key={kind}>
              <input
                type="radio"
                name="kind"
                value={kind}
                checked={kind === type}
                onChange={() => setType(kind as JobType)}
              />
              <span>
                {title}
                <span class="muted small kind-about">{about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Action
          class="primary start-button"
          onAct={() => start(false)}
          busy="Starting…"
          disabled={portfolio !== "ready"}
        >
          Start the analysis
        </Action>
        {portfolio === "empty" && (
          <p class="small muted">
            There is nothing to analyze yet. Upload a file, or try it with a sample.
          </p>
        )}
        <ProblemNotice error={error} />
        {isPlanWrong && (
          <p class="field-problem">The plan could not be saved: see what is marked above.</p>
        )}
      </section>
    </main>
  );
}
