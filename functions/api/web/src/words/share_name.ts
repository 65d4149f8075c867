import { capitalized } from "./agents";

/** The report's names of asset classes that have another key. */
const CLASSES: Record<string, string> = { equity: "Stocks", fixed_income: "Bonds" };

/** Return the name of an asset class or a region, as the report has it. */
export function shareName(key: string): string {
  return CLASSES[key] ?? capitalized(key);
}
