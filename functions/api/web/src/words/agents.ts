/** What the page calls the steps and kinds of an analysis. One that it does not know keeps its own name. */

import type { JobType } from "../api/types";

const STEPS: Record<string, string> = {
  setup: "Read the portfolio",
  reporter: "Write the report",
  charter: "Draw the charts",
  retirement: "Simulate retirement",
  finalizing: "Put it together",
};

const DOING: Record<string, string> = {
  setup: "Reading the portfolio",
  reporter: "Writing the report",
  charter: "Drawing the charts",
  retirement: "Simulating retirement",
  finalizing: "Putting it together",
};

export const ANALYSES: Record<JobType, { title: string; about: string }> = {
  portfolio: { title: "Whole portfolio", about: "Report, charts and retirement outlook" },
  retirement: { title: "Retirement only", about: "How long the money lasts" },
  charts: { title: "Charts only", about: "What the portfolio is made of" },
};

export function stepName(agent: string): string {
  return STEPS[agent] ?? capitalised(agent);
}

/** What goes on while that step runs. */
export function doing(agent: string): string {
  return DOING[agent] ?? stepName(agent);
}

export function analysisName(type: string): string {
  return ANALYSES[type as JobType]?.title ?? capitalised(type);
}

const PROPER = /\b(america|east)\b/g;

/** `fixed_income` as `Fixed income`, `north_america` as `North America`. */
export function capitalised(key: string): string {
  const words = key.replaceAll("_", " ").replace(PROPER, initial);
  return initial(words);
}

function initial(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
