/** Target shares of asset classes or regions, in percent, as typed. */

export const ASSET_CLASSES = [
  "equity",
  "fixed_income",
  "real_estate",
  "commodities",
  "alternatives",
  "crypto",
  "cash",
] as const;
export const REGIONS = [
  "north_america",
  "international",
  "europe",
  "asia",
  "latin_america",
  "africa",
  "middle_east",
  "oceania",
  "global",
] as const;

/** The text in each field; an empty field means no target. */
export type TypedShares = Record<string, string>;

const PERCENT = /^\d{1,3}([.,]\d{1,3})?$/;

export function typed(shares: Record<string, number> | null): TypedShares {
  return Object.fromEntries(
    Object.entries(shares ?? {}).map(([key, share]) => [key, String(share)]),
  );
}

/** Parse a share; null unless it is a percentage from 0 to 100 with at most three decimals. */
export function shareOf(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === "") return 0;
  const share = PERCENT.test(trimmed) ? Number(trimmed.replace(",", ".")) : NaN;
  return share <= 100 ? share : null;
}

/** Whether each field is empty or contains a valid share. */
export function areShares(fields: TypedShares): boolean {
  return Object.values(fields).every((text) => shareOf(text) !== null);
}

export function isEmpty(fields: TypedShares): boolean {
  return Object.values(fields).every((text) => text.trim() === "");
}

/** Return valid shares for the server, without zeros; null if all fields are empty. Call it only if `complaint` returns null. */
export function shares(fields: TypedShares): Record<string, number> | null {
  if (isEmpty(fields)) return null;
  return Object.fromEntries(
    Object.entries(fields)
      .map(([key, text]): [string, number] => [key, shareOf(text) ?? 0])
      .filter(([, share]) => share > 0),
  );
}

/** Sum in thousandths of a percent, so that 33.4 + 33.3 + 33.3 is exactly 100. */
export function sum(fields: TypedShares): number {
  return (
    Object.values(fields).reduce(
      (total, text) => total + Math.round(1000 * (shareOf(text) ?? 0)),
      0,
    ) / 1000
  );
}

/** Return what to correct before the shares can be saved; null if they are valid. */
export function complaint(fields: TypedShares): string | null {
  if (isEmpty(fields)) return null;
  if (!areShares(fields)) return "Enter each share as a percentage, such as 12.5.";
  const total = sum(fields);
  if (total === 100) return null;
  const off = Math.round(1000 * Math.abs(100 - total)) / 1000;
  return total < 100
    ? `These add up to ${total}%. ${off}% is left to assign.`
    : `These add up to ${total}%, which is ${off}% too much.`;
}
