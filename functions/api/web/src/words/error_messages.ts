/** Error messages for users: the problem with a request, and how to solve it. */

import { ApiError } from "../api/client";

const GATEWAYS: Record<number, string> = {
  401: "You are signed out. Sign in again; nothing was lost.",
  413: "The file is larger than 1 MB. Export only the positions, without the transaction history.",
  429: "Too many requests at once. Wait a moment, then try again.",
  503: "The service is temporarily unavailable. Try again in a moment.",
};

/** Browser errors for a file that was changed or moved after it was chosen. */
const GONE = new Set(["NotReadableError", "NotFoundError"]);

/** Return one or two sentences. The server's own message takes precedence. */
export function refusal(error: unknown): string {
  if (error instanceof DOMException && GONE.has(error.name)) {
    return "We can't read the file anymore: it was changed or moved. Choose it again.";
  }
  if (!(error instanceof ApiError)) {
    return "We can't reach the server. Check your connection and try again; nothing was lost.";
  }
  return (
    error.detail ||
    GATEWAYS[error.status] ||
    `Something went wrong (${error.status}). Please try again later.`
  );
}
