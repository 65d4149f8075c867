/** Return the labels of an axis: round amounts from zero to at most the top (above 0), with at most `most` steps. */
export function roundAmounts(top: number, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(top / most));
  const step = [1, 2, 5, 10].map((times) => times * power).find((s) => top / s <= most)!;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => n * step);
}
