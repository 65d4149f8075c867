import { refusal } from "../words/refusals";

/** What went wrong, told at once to screen readers too. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div role="alert">
      {error ? (
        <div class="notice notice-bad row row-apart">
          <p>{refusal(error)}</p>
          {onRetry && (
            <button type="button" class="small-button" onClick={onRetry}>
              Try again
            </button>
          )}
        </div>
      ) : null}
    </div>
  );
}
