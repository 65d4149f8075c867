import { expect, it } from "vitest";
import {
  EMPTY_STREAM,
  given,
  isStreamFine,
  streamProblems,
  streamsOf,
  typedStreams,
} from "./income_streams";

const PENSION = { name: "Pension", annual_amount: 24_000, start_age: 65, end_age: null };
const BRIDGE = { name: "Bridge", annual_amount: 9000.5, start_age: 60, end_age: 67 };

it("restores the streams from the server", () => {
  const typed = typedStreams([PENSION, BRIDGE]);
  expect(typed.map(({ amount, endAge }) => [amount, endAge])).toEqual([
    ["24,000", ""],
    ["9,000.5", "67"],
  ]);
  expect(streamsOf(typed)).toEqual([PENSION, BRIDGE]);
});

it("requires name, amount and age", () => {
  const { name, amount, startAge, endAge } = streamProblems(EMPTY_STREAM);
  expect([name, amount, startAge].every((problem) => problem !== null)).toBe(true);
  expect(endAge).toBeNull();
});

it("ignores a new stream until it is filled in", () => {
  const [pension] = typedStreams([PENSION]);
  expect(given([pension!, EMPTY_STREAM])).toEqual([pension]);
  expect(given([{ ...EMPTY_STREAM, name: "Rent" }])).toHaveLength(1);
});

it.each(["59", "soon", "111"])("refuses the end age %s", (endAge) => {
  const [, bridge] = typedStreams([PENSION, BRIDGE]);
  expect(isStreamFine({ ...bridge!, endAge })).toBe(false);
});
