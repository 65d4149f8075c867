import { useId, useRef, useState } from "preact/hooks";
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

/** The start page: from a portfolio and goals to a running analysis. */
export function StartView() {
  const kindId = useId();
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
          Upload your broker's positions file and get a plain-English report in about a minute.
        </p>
      </header>
      <div class="start-columns">
        <PortfolioCard onState={setPortfolio} onSample={() => start(true)} />
        <PlanCard onReady={(save) => (savePlan.current = save)} />
      </div>
      <section class="card start-bar" aria-label="Start">
        <div class="start-kind">
          <label for={kindId}>Analyze</label>
          <select
            id={kindId}
            value={type}
            onChange={(event) => setType(event.currentTarget.value as JobType)}
          >
            {Object.entries(ANALYSES).map(([kind, { title, about }]) => (
              <option key={kind} value={kind}>
                {title}: {about}
              </option>
            ))}
          </select>
        </div>
        <Action
          class="primary start-button"
          onAct={() => start(false)}
          busy="Starting…"
          disabled={portfolio !== "ready"}
        >
          Start the analysis
        </Action>
        {portfolio === "empty" && (
          <p class="small muted">Upload a file first, or try it with a sample.</p>
        )}
        <ProblemNotice error={error} />
        {isPlanWrong && (
          <p class="field-problem">Your goals weren't saved. Correct the marked fields.</p>
        )}
      </section>
    </main>
  );
}
