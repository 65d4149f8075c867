import { expect, it } from "vitest";

import { PLAN_FIELDS, grouped, planChanges, planNumber, planProblem } from "./goals";

const [age, , income] = PLAN_FIELDS;

it.each([
  ["60000", 60000],
  ["$60,000", 60000],
  [" 1,234,567.50 ", 1234567.5],
])("reads %s as an amount", (text, amount) => expect(planNumber(text)).toBe(amount));

it.each([
  ["60000", "60,000"],
  ["$1234567.5", "1,234,567.5"],
  ["60,000", "60,000"],
  ["sixty", "sixty"],
  ["", ""],
])("groups the digits of %s", (text, shown) => expect(grouped(text)).toBe(shown));

it.each(["sixty", "-5", "1e9", "60.000,00"])("rejects '%s' as an amount", (text) => {
  expect(planProblem(income, text)).toBe("Enter an amount, such as 60,000.");
});

it("requires an age in whole years within a lifetime", () => {
  expect(planProblem(age, "40.5")).toBe("Enter a whole number.");
  expect(planProblem(age, "111")).toBe("Enter at most 110.");
  expect(planProblem(age, "12")).toBe("Enter at least 16.");
  expect(planProblem(age, "40")).toBeNull();
});

it("converts typed amounts to numbers, and empty fields to null", () => {
  const typed = {
    current_age: "40",
    years_until_retirement: "25",
    target_retirement_income: "$60,000",
    annual_contribution: " ",
  };
  expect(planChanges(typed)).toEqual({
    current_age: 40,
    years_until_retirement: 25,
    target_retirement_income: 60000,
    annual_contribution: null,
  });
});
