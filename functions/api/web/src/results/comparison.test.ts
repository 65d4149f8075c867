import { expect, it } from "vitest";
import type { JobWithResults } from "../api/types";
import { classesOf, comparable } from "./comparison";

function job(payloads: object): JobWithResults {
  return {
    ...{ report_payload: null, charts_payload: null, retirement_payload: null },
    summary_payload: null,
    ...payloads,
  } as unknown as JobWithResults;
}

it("reads the figures that both analyses may have", () => {
  const trade = { account: "IRA", action: "buy", symbol: "BND", amount: 700 };
  const found = comparable(
    job({
      summary_payload: { total_value: 1000, positions: 2 },
      report_payload: {
        figures: { asset_classes: { equity: { share: 85 } }, trades: { list: [trade, {}] } },
      },
      retirement_payload: { success_rate: 61, assumptions: { retirement_age: 65 } },
    }),
  );
  expect(found).toMatchObject({
    totalValue: 1000,
    holdings: 2,
    successRate: 61,
    retirementAge: 65,
  });
  expect([found.mix, found.trades]).toEqual([{ equity: 85 }, [trade]]);
});

it("has no figures without a result, or of a stand-in", () => {
  const found = comparable(job({ retirement_payload: { mock: true, success_rate: 0 } }));
  expect([found.totalValue, found.successRate, found.trades]).toEqual([null, null, []]);
});

it("orders asset classes by the later mix", () => {
  const [earlier, later] = [
    { bonds: 60, gold: 5 },
    { bonds: 20, equity: 80 },
  ].map((mix) => ({
    ...comparable(job({})),
    mix,
  }));
  expect(classesOf(earlier!, later!)).toEqual(["equity", "bonds", "gold"]);
});
