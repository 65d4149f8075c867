import { describe, expect, it } from "vitest";
import { shareTable } from "./share_table";

const HEADER = ["Asset class", "Value", "Share", "Target", "After the trades"];

describe("the bars of a table", () => {
  it("have the share, the target, and the share after the trades", () => {
    const table = shareTable(HEADER, [
      ["Stocks", "$85", "85%", "70%", "71%"],
      ["Crypto", "$1", "<1%", "none", "0%"],
    ]);
    expect(table?.rows.map(({ slice, target, after }) => [slice?.value, target, after])).toEqual([
      [85, 70, 71],
      [0.5, null, 0],
    ]);
    expect(table?.scale).toMatchObject({ low: 0, high: 100, hasTrack: true });
  });

  it("are drawn for losses, too, but not for totals", () => {
    const losses = shareTable(["Year", "What happened", "This mix"], [["2008", "Crash", "-32%"]]);
    expect(losses?.scale.ends).toEqual(["0%", "-50%"]);
    const total = shareTable(["Account", "Share"], [["Total", "100%"]]);
    expect(total?.rows).toEqual([{ slice: null, target: null, after: null }]);
  });

  it("exist only beside shares", () => {
    expect(shareTable(["Fund", "Expense ratio"], [["VTI", "0.03%"]])).toBeNull();
  });
});
