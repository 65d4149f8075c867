/** Goals for retirement, as typed. */

import type { User, UserChanges } from "../api/types";

export const PLAN_FIELDS = [
  {
    name: "current_age",
    label: "Your age",
    unit: "",
    example: "45",
    least: 16,
    most: 110,
    isWhole: true,
  },
  {
    name: "years_until_retirement",
    label: "Years until retirement",
    unit: "",
    example: "20",
    least: 0,
    most: 70,
    isWhole: true,
  },
  {
    name: "target_retirement_income",
    label: "Income in retirement",
    unit: "$ a year",
    example: "60,000",
    least: 0,
    most: 1e9,
    isWhole: false,
  },
  {
    name: "annual_contribution",
    label: "Savings until then",
    unit: "$ a year",
    example: "10,000",
    least: 0,
    most: 1e9,
    isWhole: false,
  },
] as const;

export type PlanField = (typeof PLAN_FIELDS)[number];
export type TypedPlan = Record<PlanField["name"], string>;

export function typedPlan(user: User): TypedPlan {
  return Object.fromEntries(
    PLAN_FIELDS.map(({ name }) => [name, grouped(String(user[name] ?? ""))]),
  ) as TypedPlan;
}

/** Add thousands separators to a valid amount, for display; leave anything else as typed. */
export function grouped(text: string): string {
  const value = planNumber(text);
  return Number.isNaN(value) ? text : value.toLocaleString("en-US", { maximumFractionDigits: 2 });
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
export function planProblem({ isWhole, least, most }: PlanField, text: string): string | null {
  if (text.trim() === "") return null;
  const value = planNumber(text);
  if (Number.isNaN(value) || (isWhole && !Number.isInteger(value))) {
    return isWhole ? "Enter a whole number." : "Enter an amount, such as 60,000.";
  }
  if (value < least) return `Enter at least ${least}.`;
  return value > most ? `Enter at most ${most.toLocaleString("en-US")}.` : null;
}

export function planChanges(plan: TypedPlan): UserChanges {
  return Object.fromEntries(
    PLAN_FIELDS.map(({ name }) => [name, plan[name].trim() === "" ? null : planNumber(plan[name])]),
  );
}
