import { describe, expect, it } from "vitest";
import { documentsOf } from "./generic";
import { toHtml } from "./render_markdown";

const NOTE = "A note that is longer than the sixty characters that a cell of a table has room for.";

describe("a section without its own design", () => {
  it("has its texts first, then its figures, then its groups, and no metadata", () => {
    const section = {
      agent: "rebalancer",
      mock: true,
      narration: null,
      limits: { most: 5 },
      trades: [{ account: "IRA", shares: 2.5 }, { account: "401k" }],
      warnings: ["No price"],
      turnover: 12_345.678,
      year: 2027,
      is_urgent: false,
      nothing: [],
      note: NOTE,
      content: "Two **trades**.",
    };

    expect(documentsOf(section)).toEqual([
      NOTE,
      "Two **trades**.",
      "| Figure | Value |\n| --- | --- |\n| Turnover | 12,345.68 |\n| Year | 2027 |\n| Is urgent | no |",
      "## Limits",
      "| Figure | Value |\n| --- | --- |\n| Most | 5 |",
      "## Trades",
      "| Account | Shares |\n| --- | --- |\n| IRA | 2.5 |\n| 401k |  |",
      "## Warnings",
      "- No price",
    ]);
  });

  it.each(["<img src=x>", "a | b", "**bold**", "[link](https://evil.example)", "www.evil.example"])(
    "keeps markup in names and cells as text: %s",
    (text) => {
      const html = documentsOf({
        [text]: { [text]: text },
        list: [text, 1],
        rows: [{ [text]: text }],
      })
        .map(toHtml)
        .join("");

      expect(html).not.toMatch(/<(img|a|strong)\b/);
      expect(html.match(/<t[hd]>/g)).toHaveLength(6);
    },
  );
});
