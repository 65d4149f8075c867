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
  [19_200, 33_000, "about 20 s, at most 35 s"],
  [4_100, 7_900, "about 5 s, at most 8 s"],
  [58_000, 61_000, "about 1 min, at most 1 min 15 s"],
  [20_000, 20_000, "about 20 s"],
  [20_000, null, "about 20 s"],
  [900, 4_000, "any moment now"],
  [-5_000, 4_000, "any moment now"],
  [-9_000, -1_000, "taking longer than expected"],
])("says what remains, %d ms and at most %d ms, as %s", (middle, most, said) =>
  expect(remaining(middle, most)).toBe(said),
);
