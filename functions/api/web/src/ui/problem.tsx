import { refusal } from "../words/refusals";

/** What went wrong, told at once to screen readers too. */
export function ProblemNotice({ error }: { error: unknown }) {
  return <div role="alert">{error ? <p class="notice notice-bad">{refusal(error)}</p> : null}</div>;
}
