import { useId, useRef } from "preact/hooks";
import { useSize, type Size } from "../ui/use_size";
import { dollars, shortMoney } from "../words/amounts";
import { AmountGrid, GAP_PX } from "./amount_grid";
import { widest } from "./label_width";
import { roundAmounts } from "./round_amounts";
import { endLabels, inWords, labelBaseline, shareOfTime, type ValueAt } from "./value_history";

/** Room for a value above the line, and for a value and a date below it. */
const TOP = 24;
const BOTTOM = 42;
const DOT = 2.5;
const END_DOT = 4;
const MOST_STEPS = 4;
/** So that an empty portfolio has an axis, too. */
const LEAST_TOP = 100;

interface Props {
  history: ValueAt[];
}

/** A line from the first analysis to the last one. Its data is the list below it. */
export function ValueChart({ history }: Props) {
  const id = useId();
  const plot = useRef<HTMLDivElement>(null);
  const size = useSize(plot);
  return (
    <figure class="card figure" aria-labelledby={id}>
      <figcaption class="stack-tight">
        <h2 id={id}>Value over time</h2>
        <p class="small muted">
          Your portfolio at each analysis below. Deposits and withdrawals change it, too.
        </p>
      </figcaption>
      <div ref={plot} class="plot plot-small" role="img" aria-label={inWords(history)}>
        {size.width > 0 && <Drawing history={history} size={size} plot={plot.current} />}
      </div>
    </figure>
  );
}

interface DrawingProps extends Props {
  size: Size;
  /** Where the labels are measured. */
  plot: HTMLElement | null;
}

function Drawing({ history, size: { width, height }, plot }: DrawingProps) {
  const top = Math.max(...history.map(({ value }) => value), LEAST_TOP);
  const ticks = roundAmounts(top, MOST_STEPS);
  const left = widest(ticks.map(shortMoney), plot) + GAP_PX;
  const end = Math.max(width - END_DOT, left);
  const bottom = height - BOTTOM;
  const y = (amount: number) => bottom - (amount / top) * (bottom - TOP);
  const shares = shareOfTime(history);
  const line = history.map(({ value }, n) => ({
    x: left + shares[n]! * (end - left),
    y: y(value),
  }));
  const [first, last] = [history[0]!, history.at(-1)!];
  const values = [dollars(first.value), dollars(last.value)] as const;
  const [from, until] = endLabels(first.at, last.at);
  const firstSpan: [number, number] = [left, left + widest([values[0]], plot)];
  const lastSpan: [number, number] = [end - widest([values[1]], plot), end];
  return (
    <svg width={width} height={height} aria-hidden="true">
      <AmountGrid amounts={ticks} left={left} end={end} y={y} />
      <polyline class="plot-line" points={line.map(({ x, y }) => `${x},${y}`).join(" ")} />
      {line.map((point, n) => (
        <circle
          key={n}
          class="plot-dot"
          cx={point.x}
          cy={point.y}
          r={n === 0 || n === line.length - 1 ? END_DOT : DOT}
        />
      ))}
      <text x={left} y={labelBaseline(line, line[0]!, firstSpan)}>
        {values[0]}
      </text>
      <text class="plot-strong plot-end" x={end} y={labelBaseline(line, line.at(-1)!, lastSpan)}>
        {values[1]}
      </text>
      <text class="plot-quiet" x={left} y={height - 4}>
        {from}
      </text>
      <text class="plot-quiet plot-end" x={end} y={height - 4}>
        {until}
      </text>
    </svg>
  );
}
