import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { complaint, shareOf, shares, sum, typed } from "./targets";

describe("targets", () => {
  it("are valid if they sum to 100, with either decimal separator and empty fields", () => {
    const fields = { equity: "66.7", fixed_income: "33,3", cash: "" };
    expect(complaint(fields)).toBeNull();
    expect(shares(fields)).toEqual({ equity: 66.7, fixed_income: 33.3 });
  });

  it.each([
    [{ equity: "60" }, "These add up to 60%. 40% is left to assign."],
    [{ equity: "60", cash: "40.5" }, "These add up to 100.5%, which is 0.5% too much."],
    [{ equity: "sixty" }, "Enter each share as a percentage, such as 12.5."],
    [{ equity: "-5", cash: "105" }, "Enter each share as a percentage, such as 12.5."],
  ])("explain what to change in %j", (fields, said) => expect(complaint(fields)).toBe(said));

  it("sum without rounding errors, as the server sums them", () => {
    const thousandths = fc.array(fc.integer({ min: 0, max: 20_000 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(thousandths, (parts) => {
        const fields = Object.fromEntries(
          parts.map((part, i) => [`part ${i}`, String(part / 1000)]),
        );
        expect(sum(fields)).toBe(parts.reduce((a, b) => a + b) / 1000);
      }),
    );
  });

  it("read back the server's values", () => {
    expect(shares(typed({ equity: 70, fixed_income: 30 }))).toEqual({
      equity: 70,
      fixed_income: 30,
    });
  });

  it.each(["1e2", "100.0001", "101", "0x10", " "])("'%s' is not read as a share", (text) => {
    expect([0, null]).toContain(shareOf(text));
  });
});
