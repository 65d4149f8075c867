import { shortMoney } from "../words/amounts";

/** The space between a label and the plot, in pixels. */
export const GAP_PX = 8;

interface Props {
  amounts: readonly number[];
  left: number;
  end: number;
  y: (amount: number) => number;
}

/** Horizontal lines from `left` to `end`, with their amounts in US dollars before them. */
export function AmountGrid({ amounts, left, end, y }: Props) {
  return amounts.map((amount) => (
    <g key={amount}>
      <line class="plot-grid" x1={left} x2={end} y1={y(amount)} y2={y(amount)} />
      <text class="plot-quiet plot-end" x={left - GAP_PX} y={y(amount) + 4}>
        {shortMoney(amount)}
      </text>
    </g>
  ));
}
