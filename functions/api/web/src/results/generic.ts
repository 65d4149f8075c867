/**
 * Renders a section without a custom design as Markdown: its texts, its figures as a table, then its groups and lists.
 */

import { capitalized } from "../words/agents";
import { isRecord } from "./unknown";

type Fields = Record<string, unknown>;

const ABOUT = ["agent", "generated_at", "mock", "narration"];
const LONGEST_CELL = 60;

/** Return separate documents to show in sequence, so that malformed Markdown can't affect the next one. */
export function documentsOf(fields: Fields, level = 2): string[] {
  const shown = shownOf(fields);
  const figures = shown.filter((field) => !isText(field) && !isGroup(field[1]));
  return [
    ...shown.filter(isText).map(([, text]) => text),
    ...(figures.length > 0 ? [table(["Figure", "Value"], figures.map(named))] : []),
    ...shown.flatMap(([name, value]) => (isGroup(value) ? groupOf(name, value, level) : [])),
  ];
}

function groupOf(name: string, value: object, level: number): string[] {
  const heading = `${"#".repeat(level)} ${inert(capitalized(name))}`;
  return [
    heading,
    ...(isRecord(value) ? documentsOf(value, level + 1) : [listing(value as unknown[])]),
  ];
}

/** Render objects as table rows, anything else as a list. */
function listing(items: unknown[]): string {
  if (!items.every(isRecord)) return items.map((item) => `- ${cell(item)}`).join("\n");
  const columns = [...new Set(items.flatMap((item) => shownOf(item).map(([name]) => name)))];
  const rows = items.map((item) => columns.map((name) => item[name]));
  return table(columns.map(capitalized), rows);
}

function table(header: string[], rows: unknown[][]): string {
  const lines = [header, header.map(() => "---"), ...rows.map((row) => row.map(cell))];
  return lines
    .map((cells, line) => `| ${(line ? cells : cells.map(inert)).join(" | ")} |`)
    .join("\n");
}

function shownOf(fields: Fields): [string, unknown][] {
  return Object.entries(fields).filter(([name, value]) => !ABOUT.includes(name) && !isEmpty(value));
}

function named([name, value]: [string, unknown]): unknown[] {
  return [capitalized(name), value];
}

function isText(field: [string, unknown]): field is [string, string] {
  const [name, value] = field;
  return typeof value === "string" && (name === "content" || value.length > LONGEST_CELL);
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (isGroup(value) && Object.keys(value).length === 0);
}

/** Format numbers with two decimals, and commas from 10,000 on, so that years have none. */
function cell(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    const useGrouping = Math.abs(value) >= 10_000;
    return value.toLocaleString("en-US", { maximumFractionDigits: 2, useGrouping });
  }
  if (value === null || value === undefined) return "";
  return inert(typeof value === "string" ? value : JSON.stringify(value));
}

/** Escape text so that Markdown shows it verbatim, on one line. */
function inert(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]{}()<>#+.!|~&:@/-]/g, String.raw`\$&`);
}
