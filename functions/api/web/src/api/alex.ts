/** The API's routes, one function each. All throw ApiError on an error response. */

import { request } from "./client";
import type {
  Account,
  AgentStats,
  Imported,
  Job,
  Jobs,
  JobType,
  JobWithResults,
  Position,
  PositionChanges,
  Started,
  User,
  UserChanges,
} from "./types";

const CSV = "text/csv";
/** The API decodes files itself; API Gateway would decode a text body as UTF-8 first. */
const BYTES = "application/octet-stream";

const json = <T>(answer: Response): Promise<T> => answer.json() as Promise<T>;
const get = async <T>(path: string): Promise<T> => json(await request(path));
const sent = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export const seeUser = async (): Promise<User> => (await get<{ user: User }>("/api/user")).user;

export const changeUser = async (changes: UserChanges): Promise<User> =>
  json(await request("/api/user", sent("PUT", changes)));

/** Delete all data of this user. */
export const eraseUser = () => request("/api/user", { method: "DELETE" });

export const listAccounts = () => get<Account[]>("/api/accounts");

export const listPositions = async (accountId: string): Promise<Position[]> =>
  (await get<{ positions: Position[] }>(`/api/accounts/${accountId}/positions`)).positions;

export const changePosition = (id: string, changes: PositionChanges) =>
  request(`/api/positions/${id}`, sent("PUT", changes));

export const removePosition = (id: string) => request(`/api/positions/${id}`, { method: "DELETE" });

export const removeAccount = (id: string) => request(`/api/accounts/${id}`, { method: "DELETE" });

export const removeAccounts = () => request("/api/reset-accounts", { method: "DELETE" });

const upload = async (query: string, file: Blob): Promise<Imported> => {
  const headers = { "Content-Type": BYTES };
  return json(
    await request(`/api/portfolio/import?${query}`, { method: "POST", headers, body: file }),
  );
};

/** Import a file: replace existing accounts with the same names, or keep them and rename the file's. */
export const importPortfolio = (file: Blob, existing: "replace" | "keep") =>
  upload(`existing=${existing}`, file);

/** Return the changes that an import would make, without writing anything. */
export const previewPortfolio = (file: Blob) => upload("dry_run=true", file);

export const undoImport = (id: string) =>
  request(`/api/portfolio/imports/${id}/undo`, { method: "POST" });

/** Analyze the accounts or the sample portfolio. The same request with the same key returns the same job. */
export const startAnalysis = async (
  { type, isSample }: { type: JobType; isSample: boolean },
  key: string,
): Promise<string> => {
  const options = isSample ? { portfolio: "sample" } : {};
  const { headers, ...body } = sent("POST", { analysis_type: type, options });
  const answer = await request("/api/analyze", {
    ...body,
    headers: { ...headers, "Idempotency-Key": key },
  });
  return (await json<Started>(answer)).job_id;
};

export const readJob = (id: string) => get<JobWithResults>(`/api/jobs/${id}`);

export const listJobs = (cursor: string | null, limit = 20) =>
  get<Jobs>(`/api/jobs?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

/** Name a job; null removes its name. */
export const nameJob = async (id: string, name: string | null): Promise<Job> =>
  json(await request(`/api/jobs/${id}`, sent("PATCH", { name })));

export const cancelJob = async (id: string): Promise<Job> =>
  json(await request(`/api/jobs/${id}/cancel`, { method: "POST" }));

export const retryJob = (id: string) => request(`/api/jobs/${id}/retry`, { method: "POST" });

export const deleteJob = (id: string) => request(`/api/jobs/${id}`, { method: "DELETE" });

export const eventsFile = async (id: string): Promise<Blob> =>
  (await request(`/api/jobs/${id}/events`, { headers: { Accept: CSV } })).blob();

export const reportFile = async (id: string): Promise<Blob> =>
  (await request(`/api/jobs/${id}/report.html`, { headers: { Accept: "text/html" } })).blob();

export const readStats = async (): Promise<AgentStats[]> =>
  (await get<{ agents: AgentStats[] }>("/api/stats")).agents;
