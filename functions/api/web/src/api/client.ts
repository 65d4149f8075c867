/** HTTP client for the API, authorized as the signed-in user. */

import { serverClock } from "./server_clock";
import type { FieldError } from "./types";

/** An error response. `detail` is the server's message for users, or empty. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors: FieldError[],
    readonly retryAfterS: number | null,
  ) {
    super(`The API responded with ${status}.`);
  }
}

/** Source of access tokens. Null means that the user has to sign in first. */
export interface Tokens {
  token(): Promise<string | null>;
  /** Return a different token than the one that the API rejected. */
  renewed(refused: string): Promise<string | null>;
}

const nobody = () => Promise.resolve(null);
let tokens: Tokens = { token: nobody, renewed: nobody };

export function authorizeWith(source: Tokens): void {
  tokens = source;
}

/**
 * Return a successful response, or a 304. Throws ApiError for other statuses, and the error of `fetch` if there was no
 * response.
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const token = await tokens.token();
  // Without a token, the API would respond 401.
  if (token === null) throw new ApiError(401, "", [], null);
  let answer = await send(path, init, token);
  if (answer.status === 401) {
    const another = await tokens.renewed(token);
    if (another !== null) answer = await send(path, init, another);
  }
  if (answer.ok || answer.status === 304) return answer;
  throw await errorOf(answer);
}

async function send(path: string, init: RequestInit, token: string): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${token}`);
  const sentAt = performance.timeOrigin + performance.now();
  const answer = await fetch(path, { ...init, headers });
  const receivedAt = performance.timeOrigin + performance.now();
  serverClock.hear(Date.parse(answer.headers.get("Date") ?? ""), sentAt, receivedAt);
  return answer;
}

async function errorOf(answer: Response): Promise<ApiError> {
  const retryAfter = Number(answer.headers.get("Retry-After") ?? NaN);
  const isProblem = answer.headers.get("Content-Type")?.startsWith("application/problem+json");
  const problem = isProblem
    ? ((await answer.json()) as { detail: string; errors?: FieldError[] })
    : null;
  return new ApiError(
    answer.status,
    problem?.detail ?? "",
    problem?.errors ?? [],
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}
