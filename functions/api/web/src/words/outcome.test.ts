import { expect, test } from "vitest";
import { outcome } from "./outcome";

test.each([
  [61.4, "Lasts in 61% of simulations"],
  [0, "Lasts in 0% of simulations"],
  [0.2, "Lasts in under 1% of simulations"],
  [99.7, "Lasts in over 99% of simulations"],
  [100, "Lasts in 100% of simulations"],
])("a success rate of %s reads %s", (rate, words) => {
  expect(outcome(rate)).toBe(words);
});
