/**
 * The part of the HTTP contract that the page uses; a test compares it with `/openapi.json`. Times are ISO 8601 in UTC,
 * amounts are US dollars.
 */

export type JobType = "portfolio" | "retirement" | "charts";
export type JobStatus = "pending" | "running" | "completed" | "failed" | "cancelled";
export type Stage =
  "queued" | "setup" | "running" | "finalizing" | "completed" | "failed" | "cancelled" | "retrying";
export type AgentStatus = "waiting" | "running" | "completed" | "failed" | "skipped";

export interface AgentProgress {
  name: string;
  status: AgentStatus;
  progress_percent: number;
  message: string;
  started_at: string | null;
  completed_at: string | null;
  expected_seconds: number;
  /** A sentence if the step takes longer than nine in ten of its earlier runs. */
  slow_reason: string | null;
}

/** The progress of a job. The estimates are null unless it runs. */
export interface Progress {
  stage: Stage;
  current_agent: string | null;
  progress_percent: number | null;
  /** The percent 4 s later if there is no news: show no more until then. */
  percent_in_4s: number | null;
  message: string;
  estimated_completion: string | null;
  estimated_range: [string, string] | null;
  basis: "measured" | "estimated";
  started_at: string;
  updated_at: string;
  current: number;
  total: number;
  attempt: number;
  agents: AgentProgress[];
}

/** `ahead` is an estimate, counted up to 1,000; `estimated_start` is null while no job has completed. */
export interface QueuePlace {
  ahead: number;
  estimated_start: string | null;
}

/** A job without its results, as in lists and the stream. */
export interface Job {
  id: string;
  /** Chosen by the user. */
  name: string | null;
  job_type: JobType;
  sections: string[];
  status: JobStatus;
  attempt: number;
  error_message: string | null;
  /** Null until the job has started. */
  is_tracked: boolean | null;
  /** Null if progress isn't tracked, or not known yet. It may be that of an earlier attempt. */
  progress_data: Progress | null;
  /** Null unless the job is pending. */
  queue: QueuePlace | null;
  created_at: string;
  /** When the job was submitted, or its latest retry was requested. */
  queued_at: string;
  started_at: string | null;
  completed_at: string | null;
  updated_at: string;
  version: number;
}

export interface Report {
  content: string;
  generated_at: string;
  figures?: {
    outlook?: { expected_real_return: number; volatility: number } | null;
    stress?: Record<string, StressYear> | null;
  };
  [more: string]: unknown;
}

/** The estimated change in a bad year of the past, in percent and dollars; null if too little is known. */
export interface StressYear {
  years: string;
  percent: number | null;
  change: number | null;
}

export interface KnownYear extends StressYear {
  percent: number;
  change: number;
}

export interface Slice {
  name: string;
  value: number;
  color: string;
  /** The value and its share as the report words them. */
  amount?: string;
  share?: string;
}

export interface Chart {
  title: string;
  type: "pie" | "donut" | "bar" | "horizontalBar" | "line";
  description: string;
  data: Slice[];
  [more: string]: unknown;
}

export interface FanYear {
  year: number;
  /** Null in older results. */
  age?: number | null;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
}

export interface Retirement {
  analysis: string;
  /** Whether the money lasts, in one sentence. */
  headline?: string | null;
  generated_at: string;
  fan?: FanYear[];
  assumptions?: Record<string, unknown>;
  missing_goals?: string[];
  goals_are_examples?: boolean;
  success_rate?: number | null;
  sustainable_income?: number | null;
  mock?: true | null;
  [more: string]: unknown;
}

/** Each payload is null until its agent delivers it. */
export interface JobWithResults extends Job {
  request_payload: Record<string, unknown>;
  report_payload: Report | null;
  charts_payload: Record<string, Chart> | null;
  retirement_payload: Retirement | null;
  summary_payload: Summary | null;
}

export interface Summary {
  total_value: number;
  accounts: number;
  positions: number;
  as_of: string;
  [more: string]: unknown;
}

/** A job in a list; `success_rate` is a percentage. Both figures are null unless the job has completed with them. */
export interface ListedJob extends Job {
  /** Whether it analyzes the sample portfolio instead of the user's accounts. */
  is_sample: boolean;
  total_value: number | null;
  success_rate: number | null;
}

export interface Jobs {
  jobs: ListedJob[];
  next_cursor: string | null;
}

export interface JobEvent {
  seq: number;
  at: string;
  kind:
    | "queued"
    | "claimed"
    | "progress"
    | "section_committed"
    | "released"
    | "completed"
    | "failed"
    | "cancelled"
    | "retried";
  agent: string | null;
  progress_percent: number | null;
  message: string;
}

export interface Events {
  events: JobEvent[];
  next_after: number | null;
}

export interface Started {
  job_id: string;
  message: string;
}

export interface FieldError {
  field: string;
  message: string;
}

/** The display names of a step: in a list, and while it runs. */
export interface StepName {
  task: string;
  doing: string;
}

/** The display names of this deployment: headings by section, and steps by agent. */
export interface Names {
  sections: Record<string, string>;
  steps: Record<string, StepName>;
}

/**
 * `/config.json`: names and sign-in settings. `endpoints` is null if the issuer's discovery document provides them.
 */
export interface Config extends Names {
  issuer: string;
  client_id: string;
  scope: string;
  endpoints: {
    authorization: string;
    token: string;
    end_session: string;
    revocation: string;
  } | null;
}

export const ACTIVE: readonly JobStatus[] = ["pending", "running"];

export function isActive(job: Pick<Job, "status">): boolean {
  return ACTIVE.includes(job.status);
}

/** Return the progress of the running attempt; null until it is known. */
export function currentProgress({ status, attempt, progress_data }: Job): Progress | null {
  return status === "running" && progress_data?.attempt === attempt ? progress_data : null;
}

export type Shares = Record<string, number>;

export interface IncomeStream {
  name: string;
  annual_amount: number;
  start_age: number;
  end_age: number | null;
}

/** A goal is null until the user sets it. */
export interface User {
  display_name: string;
  birth_year: number | null;
  current_age: number | null;
  years_until_retirement: number | null;
  target_retirement_income: number | null;
  annual_contribution: number | null;
  income_streams: IncomeStream[] | null;
  asset_class_targets: Shares | null;
  region_targets: Shares | null;
  created_at: string;
}

/** Omitted fields keep their values. */
export type UserChanges = Partial<Omit<User, "created_at">>;

export interface Account {
  id: string;
  account_name: string;
  account_purpose: string;
  cash_balance: number;
  cash_interest: number;
  /** Cash and priced positions. */
  total_value: number;
}

export interface Position {
  id: string;
  symbol: string;
  quantity: number;
  /** To the cent; null without a price. */
  value: number | null;
  instrument: {
    name: string;
    instrument_type: string;
    current_price: number | null;
    /** A date without a time. */
    price_as_of: string | null;
    /** Null for reference data. */
    classified_by: "user" | "rules" | null;
  };
}

/** What a holding is, with percentages that sum to 100. Applies to all of the user's positions in the symbol. */
export interface Classification {
  instrument_type:
    "etf" | "mutual_fund" | "stock" | "bond" | "money_market" | "crypto" | "cd" | "bank_deposit";
  asset_classes: Shares;
  regions: Shares;
}

/** Omitted fields keep their values; a null classification reverts to the reference data. */
export interface PositionChanges {
  quantity?: number;
  classification?: Classification | null;
}

export interface SkippedLine {
  line: number;
  reason: string;
  amount?: number | null;
  last_line?: number | null;
}

export interface ImportWarning {
  line: number | null;
  message: string;
}

export interface AccountState {
  positions: number;
  cash: number;
  total_value: number;
}

/** An account before the import, null if it is new, and after it. */
export interface AccountChange {
  account: string;
  before: AccountState | null;
  after: AccountState;
}

export interface Imported {
  accounts: number;
  positions: number;
  total_value: number;
  skipped: SkippedLine[];
  warnings: ImportWarning[];
  changes: AccountChange[];
  /** Null for a preview. */
  import_id: string | null;
}

export interface AgentStats {
  agent: string;
  runs: number;
  median_seconds: number | null;
  p90_seconds: number | null;
  jobs: number;
  failure_rate: number | null;
}
