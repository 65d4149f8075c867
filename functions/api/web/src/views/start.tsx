import { useEffect, useId, useRef, useState } from "preact/hooks";
import { listAccounts, seeUser, startAnalysis } from "../api/alex";
import type { Account, JobType } from "../api/types";
import { go, jobAddress } from "../ui/route";
import { IdempotencyKey } from "../start/idempotency_key";
import { PlanCard, type SavePlan } from "../start/plan_card";
import { PortfolioCard } from "../start/portfolio_card";
import { Action } from "../ui/action";
import { isNarrow } from "../ui/narrow";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { ANALYSES } from "../words/agents";
import { count, money } from "../words/amounts";
import { LEAD, TAGLINE } from "../words/landing";
import { ApiError } from "../api/client";

/** Whether there is something to analyze; `unknown` until the server has responded, `unavailable` if it could not. */
type PortfolioState = "unknown" | "unavailable" | "changing" | "empty" | "ready";

/** The start page: from a portfolio and goals to a running analysis. */
export function StartView() {
  const kindId = useId();
  const [type, setType] = useState<JobType>("portfolio");
  const [version, setVersion] = useState(0);
  const accounts = useResource(listAccounts, version);
  const user = useResource(seeUser);
  const [error, setError] = useState<unknown>(null);
  const [portfolio, setPortfolio] = useState<PortfolioState>("unknown");
  const [isUnsettled, setUnsettled] = useState(false);
  const [isPlanWrong, setPlanWrong] = useState(false);
  const savePlan = useRef<SavePlan>(async () => true);
  const idempotencyKey = useRef(new IdempotencyKey());
  // Both determine the height of the columns.
  const isLoaded = [accounts, user].every(({ value, error }) => value !== null || error !== null);
  useEffect(() => {
    if (accounts.value) setPortfolio(accounts.value.length > 0 ? "ready" : "empty");
    else if (accounts.error) setPortfolio("unavailable");
  }, [accounts.value, accounts.error]);

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
      // Only a rejection guarantees that no job started; otherwise the next try repeats the same request.
      if (refused instanceof ApiError && refused.status < 500) idempotencyKey.current.settle();
      setError(refused);
    }
  }

  return (
    <main id="main" class="page stack-wide">
      <Title accounts={accounts.value} isLoading={!isLoaded} />
      <div class={`start-columns ${isLoaded ? "" : "unplaced"}`}>
        <PortfolioCard
          accounts={accounts}
          onChange={() => setVersion((before) => before + 1)}
          onChanging={() => setPortfolio("changing")}
          onUnsettled={setUnsettled}
          onSample={() => start(true)}
        />
        <PlanCard user={user} isShown={isLoaded} onReady={(save) => (savePlan.current = save)} />
      </div>
      <section
        class={isLoaded ? startClass(portfolio, isUnsettled) : "card start unplaced"}
        aria-label="Start"
      >
        <div class="start-kind">
          <label for={kindId}>Analyze</label>
          <select
            id={kindId}
            value={type}
            onChange={(event) => setType(event.currentTarget.value as JobType)}
          >
            {Object.entries(ANALYSES).map(([kind, { title, about }]) => (
              <option key={kind} value={kind}>
                {isNarrow.value ? title : `${title}: ${about}`}
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

/** The value of the portfolio, or, without accounts, the purpose of the page. */
function Title({ accounts, isLoading }: { accounts: Account[] | null; isLoading: boolean }) {
  if (accounts?.length === 0 && !isLoading)
    return (
      // The key keeps the loading text's element from moving.
      <header key="empty" class="stack hero">
        <h1>{TAGLINE}</h1>
        <p class="muted lead">{LEAD}</p>
      </header>
    );
  const total = (accounts ?? []).reduce((sum, { total_value }) => sum + total_value, 0);
  return (
    <header class="stack-tight">
      <h1>Your portfolio</h1>
      {isLoading && <p class="muted lead">Loading your accounts…</p>}
      {accounts && !isLoading && (
        <p class="row total">
          <strong class="figures">{money(total)}</strong>
          <span class="muted">{count(accounts.length, "account")}</span>
        </p>
      )}
    </header>
  );
}

/** The bar floats only if an analysis can start. It is hidden until its place is known, so that it doesn't move. */
function startClass(portfolio: PortfolioState, isUnsettled: boolean): string {
  const isKnown = portfolio !== "unknown" && portfolio !== "changing";
  const floats = portfolio === "ready" && !isUnsettled;
  return `card start ${isKnown ? "" : "unplaced"} ${floats ? "start-bar" : ""}`;
}
