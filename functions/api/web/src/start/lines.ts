/** Pairs the problems in a file with their lines. */

import type { FieldError } from "../api/types";

export interface LineProblem {
  /** Counts from 1, as the server and spreadsheets do; null for the whole file. */
  line: number | null;
  /** The shortened line; empty for the whole file. */
  text: string;
  /** Without the line number, which has its own column. */
  message: string;
}

const NAMED = /^Line (\d+): /;
const LONGEST = 160;

/** Return the problems in line order; the file's text stays in the browser. */
export function lineProblems(errors: FieldError[], file: string): LineProblem[] {
  const lines = file.split(/\r\n|\r|\n/);
  const problems = errors.map(({ message }) => {
    const line = Number(NAMED.exec(message)?.[1]) || null;
    return {
      line,
      text: line ? shortened(lines[line - 1] ?? "") : "",
      message: capital(message.replace(NAMED, "")),
    };
  });
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

export function lineOf(file: string, line: number): string {
  return shortened(file.split(/\r\n|\r|\n/)[line - 1] ?? "");
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
