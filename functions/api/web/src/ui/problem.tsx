import { refusal } from "../words/refusals";

interface Props {
  error: unknown;
  /** What it went wrong with, where that is not plain. */
  about?: string;
  onRetry?: () => void;
}

/** What went wrong, told at once to screen readers too. */
export function ProblemNotice({ error, about, onRetry }: Props) {
  return (
    <div role="alert">
      {error ? (
        <div class="notice notice-bad row row-apart">
          <p>
            {about && <strong>{about}: </strong>}
            {refusal(error)}
          </p>
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
