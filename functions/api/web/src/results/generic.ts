/** A section without a design of its own, as Markdown: its texts, its figures as a table, then its groups and lists. */

import { capitalised } from "../words/agents";
import { isRecord } from "./unknown";

type Fields = Record<string, unknown>;

const ABOUT = ["agent", "generated_at", "mock", "narration"];
const LONGEST_CELL = 60;

/** Documents to show one below the other, so that no text can spoil what follows it. */
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
  const heading = `${"#".repeat(level)} ${inert(capitalised(name))}`;
  return [
    heading,
    ...(isRecord(value) ? documentsOf(value, level + 1) : [listing(value as unknown[])]),
  ];
}

/** Objects are the rows of a table, anything else is a list. */
function listing(items: unknown[]): string {
  if (!items.every(isRecord)) return items.map((item) => `- ${cell(item)}`).join("\n");
  const columns = [...new Set(items.flatMap((item) => shownOf(item).map(([name]) => name)))];
  const rows = items.map((item) => columns.map((name) => item[name]));
  return table(columns.map(capitalised), rows);
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
  return [capitalised(name), value];
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

/** Numbers to two decimals, with commas from 10,000 on: a year has none. */
function cell(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    const useGrouping = Math.abs(value) >= 10_000;
    return value.toLocaleString("en-US", { maximumFractionDigits: 2, useGrouping });
  }
  if (value === null || value === undefined) return "";
  return inert(typeof value === "string" ? value : JSON.stringify(value));
}

/** Text that Markdown shows as it is, on one line. */
function inert(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]{}()<>#+.!|~&:@/-]/g, String.raw`\$&`);
}
