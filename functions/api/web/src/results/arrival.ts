/** Append new parts to `arrived` and return it: each part stays where it was first seen, as it was. */
export function inOrderOfArrival<T extends { name: string }>(parts: T[], arrived: T[]): T[] {
  arrived.push(...parts.filter(({ name }) => !arrived.some((earlier) => earlier.name === name)));
  return arrived;
}
