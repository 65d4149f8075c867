import { expect, it } from "vitest";
import type { Position } from "../api/types";
import { sorted, type Order } from "./sorting";

const POSITIONS = [
  { symbol: "VTI", quantity: 2, value: 600 },
  { symbol: "AAPL", quantity: 10, value: null },
  { symbol: "BND", quantity: 5, value: 350 },
] as Position[];

it.each<[Order["by"], boolean, string]>([
  ["symbol", false, "AAPL BND VTI"],
  ["symbol", true, "VTI BND AAPL"],
  ["quantity", true, "AAPL BND VTI"],
  ["value", true, "VTI BND AAPL"],
  ["value", false, "BND VTI AAPL"],
])("sorts by %s (descending: %s), with unpriced positions last", (by, isDescending, symbols) => {
  const order = sorted(POSITIONS, { by, isDescending }).map(({ symbol }) => symbol);
  expect(order.join(" ")).toBe(symbols);
});
