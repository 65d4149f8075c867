/** The terms that results use, explained for people who have never studied finance. */

interface Entry {
  /** The wordings that the explanation belongs to, in lower case. */
  names: readonly string[];
  text: string;
}

export const GLOSSARY = {
  success_rate: {
    names: ["success rate", "of simulations"],
    text: "We run your plan through 10,000 possible futures for the markets. The success rate is the share of them in which your money lasts to the end.",
  },
  todays_dollars: {
    names: ["today's dollars", "real dollars"],
    text: "Amounts adjusted for inflation: $100 here buys what $100 buys today, whatever the year.",
  },
  guardrails: {
    names: ["guardrails"],
    text: "A rule for spending: spend a little less after bad years in the markets, and a little more after good ones. It makes money last longer.",
  },
  volatility: {
    names: ["volatility"],
    text: "How much returns vary from year to year. With a volatility of 15%, about two in three years end within 15 points above or below the average.",
  },
  expected_return: {
    names: ["expected return"],
    text: "The average yearly return we assume over decades. A single year can be far above or below it.",
  },
  drawdown: {
    names: ["drawdown", "drawdowns"],
    text: "The loss from a high point to the next low point, before the value recovers.",
  },
  expense_ratio: {
    names: ["expense ratio", "expense ratios"],
    text: "What a fund keeps each year for its work, as a share of what you hold. An expense ratio of 0.5% costs $5 a year for each $1,000.",
  },
  median: {
    names: ["median"],
    text: "The middle outcome: half of the simulations end above it, and half below.",
  },
  asset_class: {
    names: ["asset class", "asset classes"],
    text: "A kind of investment, such as stocks, bonds, real estate, or cash. Each behaves differently when markets change.",
  },
  tax_advantaged: {
    names: ["tax-advantaged"],
    text: "An account such as a 401(k) or an IRA, where you can sell without paying tax on the gain right away.",
  },
  rebalance: {
    names: ["rebalance", "rebalancing"],
    text: "To buy and sell until your mix of investments matches your targets again.",
  },
  correlation: {
    names: ["correlation", "correlations"],
    text: "How closely two investments move together: 1 means always, 0 means independently.",
  },
  sustainable_income: {
    names: ["income that lasts", "sustainable income"],
    text: "The most you could spend each year so that your money lasts in nine of ten simulations.",
  },
  standard_error: {
    names: ["standard error"],
    text: "How far a simulated figure may be off by chance. More simulations make it smaller.",
  },
} as const satisfies Record<string, Entry>;

export type TermKey = keyof typeof GLOSSARY;

const ENTRIES = Object.entries(GLOSSARY) as [TermKey, Entry][];
const BY_NAME = new Map(ENTRIES.flatMap(([key, { names }]) => names.map((name) => [name, key])));
const LONGEST_FIRST = [...BY_NAME.keys()].sort((a, b) => b.length - a.length);
const NAMED = new RegExp(String.raw`(?<![\w-])(?:${LONGEST_FIRST.join("|")})(?![\w-])`, "gi");

export interface Mention {
  key: TermKey;
  /** The term as written in the text, beginning at `start`. */
  words: string;
  start: number;
}

/** Find the terms in a text, in order. */
export function mentions(text: string): Mention[] {
  return [...text.matchAll(NAMED)].map((match) => ({
    key: BY_NAME.get(match[0].toLowerCase())!,
    words: match[0],
    start: match.index,
  }));
}
