import { describe, expect, it } from "vitest";
import { leadOf, withoutLead } from "./lead";

describe("the lead of a report", () => {
  it("is its bold sentence, without markup", () => {
    const report =
      "# Portfolio report\n\n**Your $88,730 is 69% stocks \\& more.** The rest is cash.\n";
    expect(leadOf(report)).toBe("Your $88,730 is 69% stocks & more.");
  });

  it("is not looked for in later chapters or inside a sentence", () => {
    expect(leadOf("# Report\n\nIt is **due**.\n\n## What to do\n\n**Sell.**")).toBeNull();
    expect(leadOf("")).toBeNull();
  });
});

it("a report can be shown without its lead", () => {
  const report = "# Report\n\n**A lead.** The rest.\n\n## What to do\n\n**Sell.**";
  expect(withoutLead(report)).toBe("# Report\n\nThe rest.\n\n## What to do\n\n**Sell.**");
  expect(withoutLead("## What to do\n\n**Sell.**")).toBe("## What to do\n\n**Sell.**");
});
