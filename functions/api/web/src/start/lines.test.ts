import { expect, it } from "vitest";

import { lineProblems } from "./lines";

const FILE = "account,symbol,quantity\r\nRoth,VTI,ten\r\nRoth,,4\r\n";

it("shows each problem with its line, in the file's order", () => {
  const problems = lineProblems(
    [
      { field: "symbol", message: "Line 3: the symbol is empty. Fill it in." },
      { field: "quantity", message: "Line 2: write a number." },
    ],
    FILE,
  );
  expect(problems).toEqual([
    { line: 2, text: "Roth,VTI,ten", message: "Write a number." },
    { line: 3, text: "Roth,,4", message: "The symbol is empty. Fill it in." },
  ]);
});

it("lists problems of the whole file first", () => {
  const [whole] = lineProblems([{ field: "file", message: "The file is empty." }], "");
  expect(whole).toEqual({ line: null, text: "", message: "The file is empty." });
});

it("shortens a line that would fill the page", () => {
  const [problem] = lineProblems(
    [{ field: "file", message: "Line 1: the text is damaged." }],
    "x".repeat(5000),
  );
  expect(problem!.text.length).toBeLessThan(200);
});
