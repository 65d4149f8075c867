import { beforeAll, describe, expect, it } from "vitest";
import { NAMES, aJob } from "../progress/samples";
import { introduce } from "../words/agents";
import { missingSections, otherSections, partsInWords } from "./sections";

const job = {
  ...aJob({ sections: ["report", "fees", "world_news", "tax"] }),
  report_payload: { content: "# Report", generated_at: "", agent: "reporter" },
  fees_payload: { content: "# Fees" },
  world_news_payload: null,
  tax_payload: { rates: [] },
};

beforeAll(() => introduce(NAMES));

describe("a section without its own design", () => {
  it("has its declared title, or else its name, whether finished or missing", () => {
    expect(missingSections(job)).toEqual({
      finished: ["the report", "the fund fees", "the tax"],
      missing: ["the world news"],
    });
  });

  it("is shown once finished, and designed ones are not shown twice", () => {
    expect(otherSections(job, ["report"])).toEqual([
      { name: "Fund fees", payload: { content: "# Fees" } },
      { name: "Tax", payload: { rates: [] } },
    ]);
  });
});

describe("an ended job", () => {
  const [sections, report_payload] = [["report", "fees", "tax"], job.report_payload];
  const failed = aJob({ status: "failed", sections });

  it("states which parts the user doesn't get", () => {
    expect(partsInWords({ ...job, status: "failed" })).toBe(
      "We couldn't finish the world news part. Everything else is ready.",
    );
    expect(partsInWords({ ...failed, status: "cancelled", report_payload })).toBe(
      "We didn't finish the fund fees and the tax. Everything else is ready.",
    );
  });

  it("lacks nothing if only its end failed, or everything", () => {
    expect(partsInWords({ ...failed, sections: ["report"], report_payload })).toBe(
      "Every part is ready.",
    );
    expect(partsInWords(failed)).toBe("We couldn't finish any part, so trying again starts over.");
  });
});
