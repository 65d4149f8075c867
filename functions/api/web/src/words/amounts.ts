/** Formats amounts, shares, and dates. Money is in US dollars, in any browser language. */

const LOCALE = "en-US";
const dollarsAndCents = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD" });
const wholeDollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 0,
});
const compactDollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  notation: "compact",
  maximumFractionDigits: 1,
});
const number = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 6 });
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year: "numeric" });
const moment = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
});

export const money = (amount: number): string => dollarsAndCents.format(amount);
export const dollars = (amount: number): string => wholeDollars.format(amount);
/** For chart axes: `$1.2M`. */
export const shortMoney = (amount: number): string => compactDollars.format(amount);
export const quantity = (units: number): string => number.format(units);
export const percent = (share: number): string => `${share.toFixed(1)}%`;
export const dateOf = (iso: string): string => day.format(new Date(iso));
export const timeOf = (iso: string): string => moment.format(new Date(iso));

/** Format a count: `1 account`, `3 accounts`. */
export function count(many: number, noun: string): string {
  return `${number.format(many)} ${noun}${many === 1 ? "" : "s"}`;
}
