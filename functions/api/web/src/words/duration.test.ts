import { expect, it } from "vitest";

import { duration, precise, remaining } from "./duration";

it.each([
  [0, "0 s"],
  [-3000, "0 s"],
  [12_999, "12 s"],
  [60_000, "1 min"],
  [65_000, "1 min 5 s"],
  [7_380_000, "2 h 3 min"],
])("says a duration of %d ms as %s", (ms, said) => expect(duration(ms)).toBe(said));

it.each([
  [0.013, "under 0.1 s"],
  [3.25, "3.3 s"],
  [33, "33 s"],
])("says an agent's %d s as %s", (seconds, said) => expect(precise(seconds)).toBe(said));

it.each([
  [19_200, 33_000, "About 20 seconds left"],
  [61_000, null, "About 2 minutes left"],
  [900, 4_000, "Any moment now"],
  [-5_000, 4_000, "Any moment now"],
  [-9_000, -1_000, "This is taking longer than usual"],
])("says what remains, %d ms and at most %d ms, as %s", (middle, most, said) =>
  expect(remaining(middle, most)).toBe(said),
);
