import { describe, expect, it } from "vitest";
import { whoseWords } from "./narration";

describe("the credit for a text", () => {
  it.each([
    [{ source: "model", model: "m-1" }, /^Written by a language model \(m-1\) from calculated/],
    [{ source: "mixed", model: "m-1" }, /^Written partly by a language model \(m-1\), partly from/],
    [
      { source: "template", model: "m-1" },
      /^Written from templates, because .*\(m-1\) failed our checks/,
    ],
    [{ source: "template", model: null }, /^Written from templates\. /],
  ])("states %o", (narration, sentence) => {
    expect(whoseWords(narration)).toMatch(sentence);
  });

  it("shows nothing for a payload without a narration", () => {
    expect(whoseWords(undefined)).toBeNull();
    expect(whoseWords(null)).toBeNull();
  });
});
