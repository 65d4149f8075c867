/** Display names of asset classes and regions, as in the report. */

import { capitalized } from "./agents";

const NAMES: Record<string, string> = { equity: "Stocks", fixed_income: "Bonds" };

export function partName(key: string): string {
  return NAMES[key] ?? capitalized(key);
}
