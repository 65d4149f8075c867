import { expect, test } from "vitest";
import { inOrderOfArrival } from "./arrival";

interface Part {
  name: string;
  lines: number;
}

test("a part that arrives later is below the others, which stay as they are", () => {
  const arrived: Part[] = [];
  const charts = { name: "charts", lines: 9 };
  const report = { name: "report", lines: 4 };
  expect(inOrderOfArrival([charts], arrived)).toEqual([charts]);
  expect(inOrderOfArrival([report, { ...charts, lines: 8 }], arrived)).toEqual([charts, report]);
});
