import { describe, expect, it } from "vitest";
import { aJob } from "../progress/samples";
import { missingSections, otherTexts } from "./sections";

const job = {
  ...aJob({ sections: ["report", "fees", "world_news", "tax"] }),
  report_payload: { content: "# Report", generated_at: "", agent: "reporter" },
  fees_payload: { content: "# Fees" },
  world_news_payload: null,
  tax_payload: { rates: [] },
};

describe("a section that the page does not know", () => {
  it("is called by its own name, whether it is there or not", () => {
    expect(missingSections(job)).toEqual({
      finished: ["the report", "fees", "tax"],
      missing: ["world news"],
    });
  });

  it("is shown where it has a text, and known ones are not shown twice", () => {
    expect(otherTexts(job)).toEqual([{ name: "Fees", markdown: "# Fees" }]);
  });
});
