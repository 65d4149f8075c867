/** Sample jobs for tests of the components that show them. */

import type { AgentProgress, Job, Names, Progress } from "../api/types";

const NOW = "2026-11-22T10:00:00Z";

export const NAMES: Names = {
  sections: { report: "Report", fees: "Fund fees" },
  steps: {
    setup: { task: "Read the portfolio", doing: "Reading the portfolio" },
    reporter: { task: "Write the report", doing: "Writing the report" },
    fee_finder: { task: "Find the fees", doing: "Finding the fees" },
    finalizing: { task: "Put it together", doing: "Putting it together" },
  },
};

export function anAgent(changes: Partial<AgentProgress> = {}): AgentProgress {
  return {
    name: "reporter",
    status: "waiting",
    progress_percent: 0,
    message: "",
    started_at: null,
    completed_at: null,
    expected_seconds: 33,
    slow_reason: null,
    ...changes,
  };
}

export function someProgress(changes: Partial<Progress> = {}): Progress {
  return {
    stage: "running",
    current_agent: null,
    progress_percent: 0,
    percent_in_4s: null,
    message: "",
    estimated_completion: null,
    estimated_range: null,
    basis: "estimated",
    started_at: NOW,
    updated_at: NOW,
    current: 1,
    total: 5,
    attempt: 1,
    agents: [],
    ...changes,
  };
}

export function aJob(changes: Partial<Job> = {}): Job {
  return {
    id: "5f0c2d8e-0000-4000-8000-000000000000",
    name: null,
    job_type: "portfolio",
    sections: ["report", "charts", "retirement"],
    status: "running",
    attempt: 1,
    error_message: null,
    is_tracked: true,
    progress_data: null,
    queue: null,
    created_at: NOW,
    queued_at: NOW,
    started_at: NOW,
    completed_at: null,
    updated_at: NOW,
    version: 1,
    ...changes,
  };
}
