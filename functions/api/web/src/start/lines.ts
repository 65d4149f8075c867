/** What could not be read in a file, beside the line that it is about. */

import type { FieldError } from "../api/types";

export interface LineProblem {
  /** Counted from 1, as the server and a spreadsheet count; null for what is about the whole file. */
  line: number | null;
  /** What stands there, shortened; empty for the whole file. */
  text: string;
  /** Without the number of the line, which has a column of its own. */
  message: string;
}

const NAMED = /^Line (\d+): /;
const LONGEST = 160;

/** The problems in the order of the lines that they are about; the file's text stays in the browser. */
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
