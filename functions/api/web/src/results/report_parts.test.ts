import { expect, it } from "vitest";
import { isInReport, outlookParts, reportParts } from "./report_parts";

it("separates the summary, the chapters, the holdings, and the appendix", () => {
  const report =
    "# Report\n\nVerdict.\n\n## What matters most\n\n1. Risk\n\n## What to do\n\nSell.\n\n" +
    "## What it costs\n\n### Fees\n\n0.1%\n\n## Appendix\n\n### Holdings\n\nVTI\n\n### Method\n\nSum.\n";
  expect(reportParts(report)).toEqual({
    summary:
      "# Report\n\nVerdict.\n\n## What matters most\n\n1. Risk\n\n## What to do\n\nSell.\n\n",
    chapters: [{ title: "What it costs", content: "\n## Fees\n\n0.1%\n\n" }],
    holdings: "\nVTI\n\n",
    appendix: "## Method\n\nSum.\n",
  });
});

it("keeps a report without these chapters whole", () => {
  const report = "# A stand-in\n\n## Other\n\nText.";
  expect(reportParts(report)).toEqual({
    summary: report,
    chapters: [],
    holdings: "",
    appendix: "",
  });
});

it.each([
  ["sectors", "### Sectors\n", true],
  ["sectors", "## What to do\n\nSectors\n", false],
  ["another", "### Another\n", false],
])("whether the report has the values of the chart %s: %j", (chart, report, expected) => {
  expect(isInReport(chart, report)).toBe(expected);
});

it("leaves out the outlook's table that the fan shows", () => {
  const analysis = "# O\n\n## Plan\n\nA\n\n## How your money may develop\n\nB\n\n## Spending\n\nC";
  expect(outlookParts(analysis, true).chapters).toBe("## Plan\n\nA\n\n## Spending\n\nC");
  expect(outlookParts(analysis).chapters).toContain("## How your money may develop");
});

it("separates the outlook's opening, its chapters, and its assumptions", () => {
  const analysis = "# O\n\nText.\n\n## Plan\n\nP\n\n## Assumptions\n\nA\n\n## Sources\n\nB";
  expect(outlookParts(analysis)).toEqual({
    opening: "# O\n\nText.\n\n",
    chapters: "## Plan\n\nP\n\n",
    assumptions: "## Assumptions\n\nA\n\n## Sources\n\nB",
  });
  expect(outlookParts("Text.")).toEqual({ opening: "Text.", chapters: "", assumptions: "" });
});
