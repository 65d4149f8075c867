import { describe, expect, it } from "vitest";
import { toHtml } from "./render_markdown";

describe("a report's Markdown as HTML", () => {
  it("has headings one level down and omits the text's title", () => {
    expect(toHtml("# Title\n\n## Chapter\n\n### *Part*")).toBe(
      "<h3>Chapter</h3>\n<h4><em>Part</em></h4>\n",
    );
  });

  it("keeps a number and its percent sign on one line", () => {
    expect(toHtml("| a |\n|---|\n| 9.9 % |")).toContain("<td>9.9\u00a0%</td>");
    expect(toHtml("Equity is 60 %, of % or 5%.")).toBe("<p>Equity is 60\u00a0%, of % or 5%.</p>\n");
  });

  it.each([
    "<script>alert(1)</script>",
    "words <img src=x onerror=alert(1)> words",
    "<style>p { color: red }</style>",
    '<p style="color: red">words</p>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  ])("keeps raw HTML as text: %s", (text) => {
    expect(toHtml(text)).not.toMatch(/<(script|img|style|iframe|p style)/);
    expect(toHtml(text)).toContain("&lt;");
  });
});
