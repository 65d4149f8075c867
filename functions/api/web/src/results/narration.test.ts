import { describe, expect, it } from "vitest";
import { whoseWords } from "./narration";

describe("whose words a text has", () => {
  it.each([
    [{ source: "model", model: "m-1" }, /^Worded by a language model \(m-1\)/],
    [{ source: "mixed", model: "m-1" }, /^Worded partly by a language model \(m-1\), partly from/],
    [{ source: "template", model: "m-1" }, /\(m-1\) was asked, but the words are from templates/],
    [{ source: "template", model: null }, /^Worded from templates, without a language model/],
  ])("tells %o", (narration, sentence) => {
    expect(whoseWords(narration)).toMatch(sentence);
  });

  it("says nothing where the payload does not tell", () => {
    expect(whoseWords(undefined)).toBeNull();
    expect(whoseWords(null)).toBeNull();
  });
});
