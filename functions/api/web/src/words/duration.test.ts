import { expect, it } from "vitest";

import { duration, precise, remaining } from "./duration";

it.each([
  [0, "0 s"],
  [-3000, "0 s"],
  [12_999, "12 s"],
  [60_000, "1 min"],
  [65_000, "1 min 5 s"],
  [7_380_000, "2 h 3 min"],
])("formats a duration of %d ms as %s", (ms, text) => expect(duration(ms)).toBe(text));

it.each([
  [0.013, "under 0.1 s"],
  [3.25, "3.3 s"],
  [33, "33 s"],
])("formats an agent's %d s as %s", (seconds, text) => expect(precise(seconds)).toBe(text));

it.each([
  [19_200, 33_000, "About 20 seconds left"],
  [61_000, null, "About 2 minutes left"],
  [900, 4_000, "Any moment now"],
  [-5_000, 4_000, "Any moment now"],
  [-9_000, -1_000, "This is taking longer than usual"],
])("formats the remaining time, %d ms and at most %d ms, as %s", (middle, most, text) =>
  expect(remaining(middle, most, "near")).toBe(text),
);

it.each([
  [900, "far", "This is taking longer than usual"],
  [5_000, "far", "About 5 seconds left"],
  [900, "open", "About 5 seconds left"],
  [-900, "open", "About 5 seconds left"],
] as const)("formats a remaining time of %d ms with a %s end as %s", (middle, end, text) =>
  expect(remaining(middle, 30_000, end)).toBe(text),
);
