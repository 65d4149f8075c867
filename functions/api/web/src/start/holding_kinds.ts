/** What a holding can be, in an investor's words, and how the server classifies it. */

import type { Classification } from "../api/types";

export interface Kind {
  key: string;
  name: string;
  classification: Classification;
}

const US = { north_america: 100 };
const ABROAD = { international: 100 };

export const KINDS: readonly Kind[] = [
  kind("US stock", "stock", { equity: 100 }, US),
  kind("International stock", "stock", { equity: 100 }, ABROAD),
  kind("US stock fund", "etf", { equity: 100 }, US),
  kind("International stock fund", "etf", { equity: 100 }, ABROAD),
  kind("Global stock fund", "etf", { equity: 100 }, { global: 100 }),
  kind(
    "Balanced fund (60% stocks, 40% bonds)",
    "mutual_fund",
    { equity: 60, fixed_income: 40 },
    US,
  ),
  kind("Bond fund", "etf", { fixed_income: 100 }, US),
  kind("Bond", "bond", { fixed_income: 100 }, US),
  kind("Money market fund", "money_market", { cash: 100 }, US),
  kind("Real estate fund", "etf", { real_estate: 100 }, US),
  kind("Commodity fund", "etf", { commodities: 100 }, { global: 100 }),
  kind("Cryptocurrency", "crypto", { crypto: 100 }, { global: 100 }),
];

function kind(
  name: string,
  instrument_type: Classification["instrument_type"],
  asset_classes: Classification["asset_classes"],
  regions: Classification["regions"],
): Kind {
  const key = name.toLowerCase().replaceAll(/[^a-z]+/g, "_");
  return { key, name, classification: { instrument_type, asset_classes, regions } };
}
