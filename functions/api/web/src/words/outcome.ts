/** Describe a success rate in percent, as exactly as a list needs it: `Lasts in 61% of simulations`. */
export function outcome(successRate: number): string {
  return `Lasts in ${shareOfSimulations(successRate)} of simulations`;
}

/** Whole percent; 0 and 100 only if they are exact, because a rounded one would promise too much. */
function shareOfSimulations(successRate: number): string {
  if (successRate > 0 && successRate < 1) return "under 1%";
  if (successRate > 99 && successRate < 100) return "over 99%";
  return `${Math.round(successRate)}%`;
}
