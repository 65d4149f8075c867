import { readSample } from "../api/sample";
import { VisitorsBar } from "../landing/visitors_bar";
import { Result } from "../results/result";
import { ProblemNotice } from "../ui/problem";
import { useResource } from "../ui/resource";
import { go } from "../ui/route";
import { dateOf } from "../words/amounts";
import { SAMPLE } from "../words/landing";

/** The sample analysis, read-only. `onUpload` leads to a file of the user's own. */
export function SampleView({ onUpload }: { onUpload: () => void }) {
  const { value: job, error, reload } = useResource(readSample);
  return (
    <main id="main" class="page stack-wide">
      <section class="notice notice-wait row row-apart sample-banner" aria-label={SAMPLE.banner}>
        <p>
          <strong>{SAMPLE.banner}</strong> {SAMPLE.about}
        </p>
        <button type="button" class="primary" onClick={onUpload}>
          {SAMPLE.upload}
        </button>
      </section>
      <header class="stack">
        <p class="muted small">{job ? dateOf(job.created_at) : " "}</p>
        <h1>{SAMPLE.title}</h1>
      </header>
      <ProblemNotice error={error} onRetry={reload} />
      {job && <Result job={job} isSample />}
    </main>
  );
}

/** The same for visitors, with a way to sign in. */
export function VisitorsSample({ onSignIn }: { onSignIn: () => Promise<void> }) {
  function upload() {
    // Return from signing in to the start page, not to the sample.
    go("#/");
    void onSignIn();
  }
  return (
    <>
      <VisitorsBar onSignIn={onSignIn} />
      <SampleView onUpload={upload} />
    </>
  );
}
