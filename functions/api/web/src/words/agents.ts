/** Display names of the steps and types of an analysis. Unknown ones keep their own names. */

import type { JobType, Names } from "../api/types";

let names: Names = { sections: {}, steps: {} };

/** Set the names of this deployment; call it before rendering. */
export function introduce(served: Names): void {
  names = served;
}

export const ANALYSES: Record<JobType, { title: string; about: string }> = {
  portfolio: { title: "Whole portfolio", about: "report, charts, and retirement" },
  retirement: { title: "Retirement only", about: "how long your money lasts" },
  charts: { title: "Charts only", about: "what you own" },
};

export function stepName(agent: string): string {
  return names.steps[agent]?.task ?? capitalized(agent);
}

/** Return the description of a running step. */
export function doing(agent: string): string {
  return names.steps[agent]?.doing ?? stepName(agent);
}

/** Return a section's heading. */
export function sectionTitle(section: string): string {
  return names.sections[section] ?? capitalized(section);
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
