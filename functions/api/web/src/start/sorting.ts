import type { Position } from "../api/types";

export interface Order {
  by: "symbol" | "quantity" | "value";
  isDescending: boolean;
}

/** Return the positions in this order; those without a price come last. */
export function sorted(positions: Position[], { by, isDescending }: Order): Position[] {
  const direction = isDescending ? -1 : 1;
  return [...positions].sort((a, b) => {
    if (by === "symbol") return direction * a.symbol.localeCompare(b.symbol);
    const [left, right] = [a[by], b[by]];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return direction * (left - right);
  });
}
