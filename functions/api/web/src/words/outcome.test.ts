import { expect, test } from "vitest";
import { outcome, status } from "./outcome";

test.each([
  [61.4, "Lasts in 61% of simulations"],
  [0, "Lasts in under 1% of simulations"],
  [0.2, "Lasts in under 1% of simulations"],
  [99.7, "Lasts in over 99% of simulations"],
  [100, "Lasts in over 99% of simulations"],
])("a success rate of %s reads %s", (rate, words) => {
  expect(outcome(rate)).toBe(words);
});

test.each([
  [90, "good"],
  [75, "good"],
  [74.9, "wait"],
  [50, "wait"],
  [49, "bad"],
])("a success rate of %s is %s", (rate, kind) => {
  expect(status(rate).kind).toBe(kind);
});
