/** What went wrong with a request, and what to do, for the person who made it. */

import { ApiError } from "../api/client";

const GATEWAYS: Record<number, string> = {
  401: "You are signed out. Sign in again; nothing was lost.",
  413: "The file is larger than 1 MB. Export only the positions, without the history of transactions.",
  429: "That was too much at once. Wait a moment, then try again.",
};

/** What a browser says of a file that is no longer what was chosen. */
const GONE = new Set(["NotReadableError", "NotFoundError"]);

/** One or two sentences. The server's own are kept, where it has said what is the matter. */
export function refusal(error: unknown): string {
  if (error instanceof DOMException && GONE.has(error.name)) {
    return "The file can't be read any more: it was changed or moved. Choose it again.";
  }
  if (!(error instanceof ApiError)) {
    return "The server can't be reached. Check the connection and try again; nothing was lost.";
  }
  if (error.status === 503) {
    const wait = error.retryAfterS ? `in ${error.retryAfterS} s` : "in a moment";
    return `${error.detail || "This is not available at the moment."} Try again ${wait}.`;
  }
  return (
    error.detail ||
    GATEWAYS[error.status] ||
    `Something went wrong (${error.status}). Please try again later.`
  );
}
