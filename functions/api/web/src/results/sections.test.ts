import { beforeAll, describe, expect, it } from "vitest";
import { NAMES, aJob } from "../progress/samples";
import { introduce } from "../words/agents";
import { missingSections, otherSections } from "./sections";

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
