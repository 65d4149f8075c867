/** Describes how often the money lasts. Success rates are percentages of simulations. */

export interface Status {
  kind: "good" | "wait" | "bad";
  words: string;
}

/** Rate a success rate; the thresholds are those of the report's verdict. */
export function status(successRate: number): Status {
  if (successRate >= 90) return { kind: "good", words: "On track" };
  if (successRate >= 75) return { kind: "good", words: "Likely" };
  if (successRate >= 50) return { kind: "wait", words: "Not safe" };
  return { kind: "bad", words: "Off track" };
}

/** Describe a success rate for a list: `Lasts in 61% of simulations`. */
export function outcome(successRate: number): string {
  return `Lasts in ${shareOfSimulations(successRate)} of simulations`;
}

/** Whole percent. A simulation is never certain, so the ends read `under 1%` and `over 99%`. */
export function shareOfSimulations(successRate: number): string {
  if (successRate < 1) return "under 1%";
  if (successRate > 99) return "over 99%";
  return `${Math.round(successRate)}%`;
}
