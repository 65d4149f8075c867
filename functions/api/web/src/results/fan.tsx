import type { TargetedPointerEvent } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { FanYear } from "../api/types";
import { isNarrow } from "../ui/narrow";
import { useSize } from "../ui/use_size";
import { dollars, shortMoney } from "../words/amounts";
import { AmountGrid, GAP_PX } from "./amount_grid";
import { FanTable } from "./fan_table";
import {
  PERCENTILES,
  amountAxis,
  labelOf,
  spread,
  yearTicks,
  type AmountAxis,
  type Percentile,
} from "./fan_scale";
import { widest } from "./label_width";

const TOP = 20;
const BOTTOM = 40;
const LINE_PX = 15;

interface Props {
  fan: FanYear[];
  retirementAge: number | null;
}

/** The range of the portfolio's future value by age, in today's dollars. Arrow keys and the pointer select an age. */
export function Fan({ fan, retirementAge }: Props) {
  const plot = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(plot);
  const [read, setRead] = useState<number | null>(null);
  const last = fan.length - 1;
  const axis = amountAxis(fan, height < 260 ? 4 : 5);
  const { left, end } = plotEnds(fan[last]!, axis, width, plot.current);
  const x = (place: number) => left + (place / Math.max(last, 1)) * (end - left);
  const toPlace = (px: number) => {
    const share = (px - left) / Math.max(end - left, 1);
    return Math.round(Math.min(Math.max(share, 0), 1) * last);
  };
  const move = (to: number) => setRead(Math.min(Math.max(to, 0), last));
  const point = ({ clientX, currentTarget }: TargetedPointerEvent<HTMLElement>) =>
    move(toPlace(clientX - currentTarget.getBoundingClientRect().left));
  const words = inWords(fan[read ?? last]!);
  return (
    <>
      <div
        ref={plot}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label="Savings by age"
        aria-valuemin={labelOf(fan[0]!)}
        aria-valuemax={labelOf(fan[last]!)}
        aria-valuenow={labelOf(fan[read ?? last]!)}
        aria-valuetext={words}
        onPointerDown={point}
        onPointerMove={point}
        // A finger that is lifted leaves, too, but its reading stays.
        onPointerLeave={({ pointerType }) => pointerType === "mouse" && setRead(null)}
        onBlur={() => setRead(null)}
        onKeyDown={(event) => {
          const to = KEYS[event.key]?.(read ?? last, last);
          if (to === undefined) return;
          event.preventDefault();
          move(to);
        }}
      >
        {width > 0 && (
          <Drawing {...{ fan, retirementAge, width, height, left, end, x, read, axis }} />
        )}
      </div>
      <p class="small figures plot-reading" aria-hidden="true">
        {read === null ? readingHint() : words}
      </p>
    </>
  );
}

function readingHint(): string {
  return isNarrow.value || matchMedia("(pointer: coarse)").matches
    ? "Touch the chart to see the amounts at an age."
    : "Point at the chart, or use the arrow keys, to see the amounts at an age.";
}

const KEYS: Record<string, (place: number, last: number) => number> = {
  ArrowLeft: (place) => place - 1,
  ArrowDown: (place) => place - 1,
  ArrowRight: (place) => place + 1,
  ArrowUp: (place) => place + 1,
  PageDown: (place) => place - 5,
  PageUp: (place) => place + 5,
  Home: () => 0,
  End: (_, last) => last,
};

interface DrawingProps extends Props {
  width: number;
  height: number;
  /** The horizontal ends of the plot. */
  left: number;
  end: number;
  /** The horizontal position of a year's place. */
  x: (place: number) => number;
  /** The place whose values are read. */
  read: number | null;
  axis: AmountAxis;
}

function Drawing(props: DrawingProps) {
  const { fan, retirementAge, width, height, left, end, x, read, axis } = props;
  const id = useId();
  const bottom = height - BOTTOM;
  const { top, ticks } = axis;
  const y = (amount: number) => bottom - (amount / top) * (bottom - TOP);
  const path = (key: Percentile) => fan.map((year, place) => `${x(place)},${y(year[key])}`);
  const band = (low: Percentile, high: Percentile) =>
    [...path(high), ...path(low).reverse()].join(" ");
  const retiring = fan.findIndex(({ age }) => age === retirementAge);
  const isCut = fan.some(({ p95 }) => p95 > top);
  return (
    <svg width={width} height={height} aria-hidden="true">
      <AmountGrid amounts={ticks} left={left} end={end} y={y} />
      {/* The outer band fades out where it extends above the axis. */}
      <clipPath id={`${id}-plot`}>
        <rect x={left} y={TOP} width={Math.max(end - left, 0)} height={bottom - TOP} />
      </clipPath>
      <linearGradient id={`${id}-fade`} gradientUnits="userSpaceOnUse" x2="0" y1={TOP} y2={bottom}>
        <stop class="fan-stop" offset="0" stop-opacity={isCut ? "0" : "1"} />
        <stop class="fan-stop" offset="0.35" />
      </linearGradient>
      <g clip-path={`url(#${id}-plot)`}>
        <polygon class="fan-outer" fill={`url(#${id}-fade)`} points={band("p5", "p95")} />
        <polygon class="fan-inner" points={band("p25", "p75")} />
        {(["p5", "p25", "p75", "p95"] as const).map((key) => (
          <polyline
            key={key}
            class={key === "p5" || key === "p95" ? "fan-edge fan-edge-outer" : "fan-edge"}
            points={path(key).join(" ")}
          />
        ))}
      </g>
      <polyline class="fan-median" points={path("p50").join(" ")} />
      {yearTicks(fan, end - left, retirementAge).map((place) => (
        <text key={place} class="plot-quiet plot-middle" x={x(place)} y={bottom + 18}>
          {labelOf(fan[place]!)}
        </text>
      ))}
      <text class="plot-quiet plot-middle" x={(left + end) / 2} y={height - 4}>
        {fan.every(({ age }) => age != null) ? "Age" : "Year"}
      </text>
      {retiring > 0 && (
        <Marker
          x={x(retiring)}
          bottom={bottom}
          age={retirementAge!}
          isLate={retiring > fan.length / 2}
        />
      )}
      <EndLabels year={fan.at(-1)!} x={end + GAP_PX} y={y} top={top} bottom={bottom} />
      {read !== null && <Reading year={fan[read]!} x={x(read)} y={y} bottom={bottom} />}
    </svg>
  );
}

interface MarkerProps {
  x: number;
  bottom: number;
  age: number;
  /** Whether it is in the right half, so that its label is on its left. */
  isLate: boolean;
}

function Marker({ x, bottom, age, isLate }: MarkerProps) {
  return (
    <g>
      <line class="plot-mark" x1={x} x2={x} y1={TOP - 8} y2={bottom} />
      <text class={isLate ? "plot-end" : ""} x={x + (isLate ? -6 : 6)} y={TOP - 4}>
        Retire at {age}
      </text>
    </g>
  );
}

interface EndLabelsProps {
  year: FanYear;
  x: number;
  y: (amount: number) => number;
  /** The top of the axis. */
  top: number;
  bottom: number;
}

/** Names and amounts at the end of the lines; an arrow marks an amount above the axis. */
function EndLabels({ year, x, y, top, bottom }: EndLabelsProps) {
  const places = spread(
    PERCENTILES.map(([key]) => y(Math.min(year[key], top)) + 4),
    LINE_PX,
    bottom + 4,
  );
  return (
    <>
      {PERCENTILES.map(([key, name], n) => (
        <text key={key} class={key === "p50" ? "plot-strong" : "plot-quiet"} x={x} y={places[n]}>
          {endLabel(year, key, name, top)}
        </text>
      ))}
    </>
  );
}

/** The name and the amount at the end of a line, such as `↑ Strong $14.6M`. */
function endLabel(year: FanYear, key: Percentile, name: string, top: number): string {
  return `${year[key] > top ? "↑ " : ""}${name} ${shortMoney(year[key])}`;
}

/** Return the left and right end of the plot, so that the longest labels beside it fit, in px. */
function plotEnds(last: FanYear, axis: AmountAxis, width: number, plot: HTMLElement | null) {
  const names = PERCENTILES.map(([key, name]) => endLabel(last, key, name, axis.top));
  const left = widest(axis.ticks.map(shortMoney), plot) + GAP_PX;
  return { left, end: Math.max(width - widest(names, plot) - GAP_PX, left) };
}

function Reading({ year, x, y, bottom }: Pick<EndLabelsProps, "year" | "x" | "y" | "bottom">) {
  return (
    <g>
      <line class="plot-reading-line" x1={x} x2={x} y1={TOP} y2={bottom} />
      <circle class="plot-reading-dot" cx={x} cy={y(year.p50)} r={4.5} />
    </g>
  );
}

/** Describe a year: `Age 65 (2051): median $1,300,000. Half of simulations: $900,000 to $1,900,000. …`. */
function inWords({ age, year, p5, p25, p50, p75, p95 }: FanYear): string {
  const when = age == null ? String(year) : `Age ${age} (${year})`;
  return (
    `${when}: median ${dollars(p50)}. Half of simulations: ${dollars(p25)} to ${dollars(p75)}. ` +
    `Nine in ten: ${dollars(p5)} to ${dollars(p95)}.`
  );
}

/** The fan with its title, its explanation, and its data as a table on request. */
export function FanFigure(props: Props) {
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <figure class="card figure" aria-labelledby={id}>
      <div class="row row-apart">
        <h3 id={id}>{FAN_TITLE}</h3>
        <button
          type="button"
          class="plain small-button"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          <span>{isTable ? "Show chart" : "Show table"}</span>
          <span class="unseen"> of {FAN_TITLE}</span>
        </button>
      </div>
      <p class="small muted">{FAN_ABOUT}</p>
      {isTable ? <FanTable fan={props.fan} title={FAN_TITLE} /> : <Fan {...props} />}
    </figure>
  );
}

export const FAN_TITLE = "How your money may develop";
const FAN_ABOUT =
  "In today's dollars. The line is the median. Half of all simulations stay within the dark band, and nine in ten within the light one.";
