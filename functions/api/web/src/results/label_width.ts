/** Measures the labels of a chart before they are drawn. */

const LABEL_REM = 0.8125;
let canvas: CanvasRenderingContext2D | null | undefined;

/** Return the width of the widest label beside a plot, as if all were as bold as the boldest, in px; 0 without a plot. */
export function widest(labels: readonly string[], plot: HTMLElement | null): number {
  const measured = (canvas ??= document.createElement("canvas").getContext("2d"));
  if (!plot || !measured) return 0;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  measured.font = `650 ${LABEL_REM * rem}px ${getComputedStyle(plot).fontFamily}`;
  return Math.ceil(Math.max(...labels.map((label) => measured.measureText(label).width)));
}
