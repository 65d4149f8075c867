/** Asks the API, as the person who is signed in. */

import { serverClock } from "./server_clock";
import type { FieldError } from "./types";

/** An answer other than what was asked for. `detail` is the server's sentence for people, or empty. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors: FieldError[],
    readonly retryAfterS: number | null,
  ) {
    super(`The API answered ${status}.`);
  }
}

let token: () => Promise<string | null> = () => Promise.resolve(null);

/** Says where the access token of each request comes from. */
export function authorizeWith(source: typeof token): void {
  token = source;
}

/** A good answer, or a 304. Raises ApiError for any other, and what `fetch` raises where none came. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const accessToken = await token();
  if (accessToken) headers.set("Authorization", `Bearer ${accessToken}`);
  const sentAt = performance.timeOrigin + performance.now();
  const answer = await fetch(path, { ...init, headers });
  const receivedAt = performance.timeOrigin + performance.now();
  serverClock.hear(Date.parse(answer.headers.get("Date") ?? ""), sentAt, receivedAt);
  if (answer.ok || answer.status === 304) return answer;
  throw await errorOf(answer);
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
