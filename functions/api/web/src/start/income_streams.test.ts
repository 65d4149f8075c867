import { expect, it } from "vitest";
import {
  EMPTY_STREAM,
  isStreamFine,
  streamProblems,
  streamsOf,
  typedStreams,
} from "./income_streams";

const PENSION = { name: "Pension", annual_amount: 24_000, start_age: 65, end_age: null };
const BRIDGE = { name: "Bridge", annual_amount: 9000.5, start_age: 60, end_age: 67 };

it("restores what the server sent", () => {
  const typed = typedStreams([PENSION, BRIDGE]);
  expect(typed.map(({ amount, endAge }) => [amount, endAge])).toEqual([
    ["24,000", ""],
    ["9,000.5", "67"],
  ]);
  expect(streamsOf(typed)).toEqual([PENSION, BRIDGE]);
});

it("asks for name, amount and age", () => {
  const { name, amount, startAge, endAge } = streamProblems(EMPTY_STREAM);
  expect([name, amount, startAge].every((problem) => problem !== null)).toBe(true);
  expect(endAge).toBeNull();
});

it.each(["59", "soon", "111"])("refuses the end age %s", (endAge) => {
  const [, bridge] = typedStreams([PENSION, BRIDGE]);
  expect(isStreamFine({ ...bridge!, endAge })).toBe(false);
});
