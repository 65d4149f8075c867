/** Describes missing or uncertain data behind the figures, in sentences. */

import { count, dateOf, money } from "../words/amounts";

interface Quality {
  unpriced: string[];
  unclassified: string[];
  unclassified_value: number;
  stale: string[];
  stale_value: number;
  oldest_price?: string | null;
  undated: string[];
  /** Warnings about the files that the accounts were imported from. */
  import_warnings: { imported_on: string; message: string }[];
  /** The result of refreshing prices, with a message. */
  price_refresh?: { failed: string[]; message: string } | null;
}

export interface QualityNote {
  text: string;
  /** Whether the figures would differ with complete data. */
  isSerious: boolean;
}

/** Return notes from the report's figures; none if the data is complete, or in older reports. */
export function qualityNotes(figures: unknown): QualityNote[] {
  const quality = dataQuality(figures);
  if (!quality) return [];
  const mild = [
    ...quality.import_warnings.filter(isMild).map(({ message }) => message),
    quality.undated.length > 0 && `${prices(quality.undated, "has", "have")} no date.`,
  ];
  return [
    ...present(seriousNotes(quality)).map((text) => ({ text, isSerious: true })),
    ...present(mild).map((text) => ({ text, isSerious: false })),
  ];
}

function seriousNotes(quality: Quality): (string | false)[] {
  const { unpriced, unclassified, stale, price_refresh } = quality;
  return [
    ...quality.import_warnings
      .filter((warning) => !isMild(warning))
      .map(({ message }) => `Your file: ${message}`),
    price_refresh != null && price_refresh.failed.length > 0 && price_refresh.message,
    unpriced.length > 0 && `We left out ${named(unpriced)} without a price.`,
    unclassified.length > 0 &&
      `We couldn't classify ${named(unclassified)}, worth ${money(quality.unclassified_value)}.`,
    stale.length > 0 && `${prices(stale, "is", "are")} more than a week old${since(quality)}.`,
  ];
}

/** A file without a date is common, and its prices are usually of the day of the import. */
function isMild({ message }: Quality["import_warnings"][number]): boolean {
  return message.startsWith("The file states no date");
}

function present(notes: (string | false)[]): string[] {
  return notes.filter((note): note is string => note !== false);
}

function dataQuality(figures: unknown): Quality | null {
  const found = (figures as { data_quality?: Partial<Quality> } | undefined)?.data_quality;
  if (!found) return null;
  return {
    unpriced: [],
    unclassified: [],
    stale: [],
    undated: [],
    import_warnings: [],
    unclassified_value: 0,
    stale_value: 0,
    ...found,
  };
}

function named(symbols: string[]): string {
  const shown = symbols.slice(0, 6).join(", ");
  const more = symbols.length - 6;
  return `${count(symbols.length, "holding")} (${shown}${more > 0 ? `, and ${more} more` : ""})`;
}

/** Begin a sentence about the prices of holdings; `one` and `many` are its verb. */
function prices(symbols: string[], one: string, many: string): string {
  const isOne = symbols.length === 1;
  return `The price${isOne ? "" : "s"} of ${named(symbols)} ${isOne ? one : many}`;
}

function since({ oldest_price }: Quality): string {
  return oldest_price ? `; the oldest is from ${dateOf(oldest_price)}` : "";
}
