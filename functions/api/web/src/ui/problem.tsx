import { refusal } from "../words/error_messages";

interface Props {
  error: unknown;
  /** The subject of the error, if the context doesn't show it. */
  about?: string;
  onRetry?: () => void;
}

/** An error message, announced to screen readers immediately. */
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
