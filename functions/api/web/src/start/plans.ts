/** The retirement settings as typed. */

import type { User, UserChanges } from "../api/types";

export const PLAN_FIELDS = [
  { name: "current_age", label: "Your age", unit: "", most: 110, isWhole: true },
  {
    name: "years_until_retirement",
    label: "Years until retirement",
    unit: "",
    most: 70,
    isWhole: true,
  },
  {
    name: "target_retirement_income",
    label: "Income in retirement",
    unit: "$ a year",
    most: 1e9,
    isWhole: false,
  },
  {
    name: "annual_contribution",
    label: "Savings until then",
    unit: "$ a year",
    most: 1e9,
    isWhole: false,
  },
] as const;

export type PlanField = (typeof PLAN_FIELDS)[number];
export type TypedPlan = Record<PlanField["name"], string>;

export function typedPlan(user: User): TypedPlan {
  return Object.fromEntries(PLAN_FIELDS.map(({ name }) => [name, String(user[name] ?? "")])) as TypedPlan;
}

/** Parse a field; thousands separators and a leading dollar sign are allowed. */
export function planNumber(text: string): number {
  const plain = text
    .trim()
    .replace(/^\$\s*/, "")
    .replaceAll(/,(?=\d{3})/g, "");
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Number(plain) : NaN;
}

/** Return what to correct in a field; null if it is valid. An empty field is a goal that is not set. */
export function planProblem({ isWhole, most }: PlanField, text: string): string | null {
  if (text.trim() === "") return null;
  const value = planNumber(text);
  if (Number.isNaN(value) || (isWhole && !Number.isInteger(value))) {
    return isWhole ? "Write a whole number." : "Write an amount, such as 60000.";
  }
  return value > most ? `At most ${most.toLocaleString("en-US")}.` : null;
}

export function planChanges(plan: TypedPlan): UserChanges {
  return Object.fromEntries(
    PLAN_FIELDS.map(({ name }) => [name, plan[name].trim() === "" ? null : planNumber(plan[name])]),
  );
}
