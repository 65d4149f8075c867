/** The figures of an analysis that can be compared with those of another one. */

import type { JobWithResults } from "../api/types";
import { isRecord } from "./unknown";

export interface Trade {
  account: string | null;
  action: string;
  symbol: string;
  amount: number;
}

export interface Comparable {
  totalValue: number | null;
  holdings: number | null;
  successRate: number | null;
  sustainableIncome: number | null;
  retirementAge: number | null;
  spending: number | null;
  saving: number | null;
  /** Percent by asset class. */
  mix: Record<string, number>;
  trades: Trade[];
}

export function comparable(job: JobWithResults): Comparable {
  const { summary_payload: summary, report_payload: report, retirement_payload } = job;
  const retirement = retirement_payload?.mock ? null : retirement_payload;
  const assumptions = retirement?.assumptions ?? {};
  const figures: Record<string, unknown> = report?.figures ?? {};
  return {
    totalValue: summary?.total_value ?? null,
    holdings: summary?.positions ?? null,
    successRate: retirement?.success_rate ?? null,
    sustainableIncome: retirement?.sustainable_income ?? null,
    retirementAge: numberOf(assumptions["retirement_age"]),
    spending: numberOf(assumptions["target_retirement_income"]),
    saving: numberOf(assumptions["annual_contribution"]),
    mix: mixOf(figures["asset_classes"]),
    trades: tradesOf(figures["trades"]),
  };
}

/** Return the asset classes of both, the largest of the later one first. */
export function classesOf(earlier: Comparable, later: Comparable): string[] {
  const all = [...new Set([...Object.keys(later.mix), ...Object.keys(earlier.mix)])];
  return all.sort((a, b) => (later.mix[b] ?? 0) - (later.mix[a] ?? 0));
}

function mixOf(classes: unknown): Record<string, number> {
  if (!isRecord(classes)) return {};
  return Object.fromEntries(
    Object.entries(classes).flatMap(([key, part]) => {
      const share = isRecord(part) ? numberOf(part["share"]) : null;
      return share === null ? [] : [[key, share]];
    }),
  );
}

function tradesOf(trades: unknown): Trade[] {
  const list = isRecord(trades) && Array.isArray(trades["list"]) ? trades["list"] : [];
  return (list as unknown[]).filter(isTrade);
}

function isTrade(trade: unknown): trade is Trade {
  return (
    isRecord(trade) &&
    typeof trade["action"] === "string" &&
    typeof trade["symbol"] === "string" &&
    typeof trade["amount"] === "number"
  );
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
