/** Formats amounts, shares, and dates. Money is in US dollars, in any browser language. */

const LOCALE = "en-US";
const DOLLARS = { style: "currency", currency: "USD" } as const;

export const money = numbers(DOLLARS);
export const dollars = numbers({ ...DOLLARS, maximumFractionDigits: 0 });
/** For chart axes, with three digits as in print: `$1.25M`. */
export const shortMoney = numbers({ ...DOLLARS, notation: "compact", maximumSignificantDigits: 3 });
export const quantity = numbers({ maximumFractionDigits: 6 });
/** With one decimal; nothing is `0%`. */
export const percent = (share: number): string => (share === 0 ? "0%" : `${share.toFixed(1)}%`);
export const dateOf = moments({ day: "numeric", month: "long", year: "numeric" });
export const shortDateOf = moments({ day: "numeric", month: "short", year: "numeric" });
export const dayOf = moments({ day: "numeric", month: "short" });
export const clockOf = moments({ hour: "numeric", minute: "2-digit" });
export const timeOf = moments({
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
});

/** Format a count: `1 account`, `3 accounts`. */
export function count(many: number, noun: string): string {
  return `${quantity(many)} ${noun}${many === 1 ? "" : "s"}`;
}

/** Create the formatter on first use, because loading a locale's data takes a browser up to 50 ms. */
function numbers(options: Intl.NumberFormatOptions): (amount: number) => string {
  let format: Intl.NumberFormat | undefined;
  return (amount) => (format ??= new Intl.NumberFormat(LOCALE, options)).format(amount);
}

/** The same for moments in ISO 8601. A date without a time is that of the reader, not midnight in UTC. */
function moments(options: Intl.DateTimeFormatOptions): (iso: string) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (iso) =>
    (format ??= new Intl.DateTimeFormat(LOCALE, options)).format(
      new Date(isDay(iso) ? `${iso}T00:00` : iso),
    );
}

function isDay(iso: string): boolean {
  return iso.length === "2026-11-30".length;
}
