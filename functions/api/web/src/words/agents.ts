/** Display names of the steps and types of an analysis. Unknown ones keep their own names. */

import type { Agent, JobType } from "../api/types";

const STEPS: Record<string, Pick<Agent, "task" | "doing">> = {
  setup: { task: "Read the portfolio", doing: "Reading the portfolio" },
  finalizing: { task: "Put it together", doing: "Putting it together" },
};

let agents: readonly Agent[] = [];

/** Set the agents of this deployment; call it before rendering. */
export function introduce(declared: readonly Agent[]): void {
  agents = declared;
}

export const ANALYSES: Record<JobType, { title: string; about: string }> = {
  portfolio: { title: "Whole portfolio", about: "report, charts, and retirement" },
  retirement: { title: "Retirement only", about: "how long your money lasts" },
  charts: { title: "Charts only", about: "what you own" },
};

export function stepName(agent: string): string {
  return step(agent)?.task ?? capitalized(agent);
}

/** Return the description of a running step. */
export function doing(agent: string): string {
  return step(agent)?.doing ?? stepName(agent);
}

/** Return a section's heading. */
export function sectionTitle(section: string): string {
  return agents.find((agent) => agent.section === section)?.title ?? capitalized(section);
}

function step(name: string): Pick<Agent, "task" | "doing"> | undefined {
  return STEPS[name] ?? agents.find((agent) => agent.name === name);
}

export function analysisName(type: string): string {
  return ANALYSES[type as JobType]?.title ?? capitalized(type);
}

const PROPER = /\b(america|east)\b/g;

/** Format `fixed_income` as `Fixed income`, `north_america` as `North America`. */
export function capitalized(key: string): string {
  const words = key.replaceAll("_", " ").replace(PROPER, initial);
  return initial(words);
}

function initial(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
