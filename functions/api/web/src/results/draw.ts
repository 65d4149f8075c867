/** Charts on a canvas. Loaded lazily with the first chart. */

import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart as ChartJs,
  DoughnutController,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type Plugin,
} from "chart.js";
import type { Chart, FanYear, Slice } from "../api/types";
import { money, dollars, shortMoney } from "../words/amounts";

ChartJs.register(
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  DoughnutController,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
);

const ROUND = new Set(["pie", "donut"]);
const KINDS = {
  pie: "pie",
  donut: "doughnut",
  bar: "bar",
  horizontalBar: "bar",
  line: "line",
} as const;
const NARROW_PX = 420;

export function drawChart(canvas: HTMLCanvasElement, chart: Chart): () => void {
  const { data } = chart;
  const colors = data.map(({ color }) => color);
  const isRound = ROUND.has(chart.type);
  const isHorizontal = chart.type === "horizontalBar";
  const config: ChartConfiguration = {
    type: KINDS[chart.type],
    data: {
      labels: data.map(({ name }) => name),
      datasets: [
        {
          data: data.map(({ value }) => value),
          backgroundColor: chart.type === "line" ? "transparent" : colors,
          borderColor: isRound
            ? tone("--surface")
            : chart.type === "line"
              ? colors[0]!
              : tone("--ink-soft"),
          borderWidth: isRound ? gapPx(data.length) : chart.type === "line" ? 2 : 1,
          ...(isRound ? {} : { maxBarThickness: 36, borderRadius: 3 }),
        },
      ],
    },
    options: {
      ...common(),
      indexAxis: isHorizontal ? "y" : "x",
      onResize: ({ options }, { width }) => {
        if (isRound) options.plugins!.legend!.position = legendPlace(width);
      },
      ...(chart.type === "donut" ? { cutout: "62%" } : {}),
      plugins: {
        legend: isRound
          ? {
              position: legendPlace(canvas.parentElement?.clientWidth ?? 0),
              labels: { color: tone("--ink"), boxWidth: 12, padding: 10 },
            }
          : { display: false },
        tooltip: {
          callbacks: {
            label: ({ label, dataIndex }) => ` ${label}: ${shown(data[dataIndex]!)}`,
          },
        },
      },
      ...(isRound ? {} : { scales: axes(isHorizontal ? "x" : "y") }),
    },
  };
  return made(canvas, config);
}

/** Format a value with its share, as the report words them: `$255,170, 85%`. */
function shown({ value, amount, share }: Slice): string {
  return [amount || money(value), share].filter(Boolean).join(", ");
}

/** To the right of a round chart, or below it on narrow screens. */
function legendPlace(widthPx: number): "bottom" | "right" {
  return widthPx < NARROW_PX ? "bottom" : "right";
}

/** The gap between slices of a round chart; a single slice has none. */
function gapPx(slices: number): number {
  return slices > 1 ? 2 : 0;
}

type Percentile = "p5" | "p25" | "p50" | "p75" | "p95";

/**
 * Draw percentiles by age: the outer band contains 90% of outcomes, the inner one 50%. A line marks `retirementAge`, if
 * it is given and not in the past.
 */
export function drawFan(
  canvas: HTMLCanvasElement,
  fan: FanYear[],
  retirementAge: number | null,
): () => void {
  const accent = tone("--accent");
  const line = (label: string, key: Percentile, more: object) => ({
    label,
    data: fan.map((year) => year[key]),
    borderColor: "transparent",
    pointRadius: 0,
    pointHitRadius: 8,
    tension: 0.25,
    ...more,
  });
  const config: ChartConfiguration<"line"> = {
    type: "line",
    data: {
      labels: fan.map(({ year, age }) => String(age ?? year)),
      datasets: [
        line("Poor (5%)", "p5", {}),
        line("Strong (95%)", "p95", { fill: "-1", backgroundColor: faded(accent, 0.16) }),
        line("Weak (25%)", "p25", {}),
        line("Good (75%)", "p75", { fill: "-1", backgroundColor: faded(accent, 0.3) }),
        line("Median", "p50", { borderColor: accent, borderWidth: 2.5 }),
      ],
    },
    options: {
      ...common(),
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: {
          itemSort: (a, b) => Number(b.raw) - Number(a.raw),
          callbacks: {
            title: ([item]) => (item ? ageAndYear(fan[item.dataIndex]!) : ""),
            label: ({ dataset, raw }) => ` ${dataset.label}: ${dollars(Number(raw))}`,
          },
        },
      },
      scales: fanAxes(fan),
    },
    plugins: [marker(fan.findIndex(({ age }) => age === retirementAge))],
  };
  return made(canvas, config as ChartConfiguration);
}

/** Format a year of the fan: `Age 65 (2051)`. */
function ageAndYear({ age, year }: FanYear): string {
  return age == null ? String(year) : `Age ${age} (${year})`;
}

/** A dashed line labeled "Retirement" at a place on the horizontal axis; none at places below 1. */
function marker(place: number): Plugin<"line"> {
  return {
    id: "retirement",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      if (place < 1) return;
      const x = scales["x"]!.getPixelForValue(place);
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = tone("--ink-soft");
      ctx.setLineDash([4, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      const isLeft = x > (chartArea.left + chartArea.right) / 2;
      ctx.textAlign = isLeft ? "right" : "left";
      ctx.fillText("Retirement", x + (isLeft ? -6 : 6), chartArea.top + 12);
      ctx.restore();
    },
  };
}

function fanAxes(fan: FanYear[]) {
  const { x, y } = axes("y");
  const hasAges = fan.every(({ age }) => age != null);
  return {
    x: {
      ...x,
      title: { display: true, text: hasAges ? "Age" : "Year", color: tone("--ink-soft") },
      ticks: { ...x?.ticks, maxRotation: 0, autoSkipPadding: 12 },
    },
    y: { ...y, min: 0, max: highestShown(fan) },
  };
}

/** A few very favorable outcomes would flatten all others, so values above this are cut off. */
function highestShown(fan: FanYear[]): number {
  const [good, strong] = (["p75", "p95"] as const).map((key) =>
    Math.max(...fan.map((year) => year[key])),
  );
  const wanted = Math.max(Math.min(1.6 * good!, strong!), 1);
  const step = 10 ** Math.floor(Math.log10(wanted)) / 2;
  return Math.ceil(wanted / step) * step;
}

function made(canvas: HTMLCanvasElement, config: ChartConfiguration): () => void {
  ChartJs.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const chart = new ChartJs(canvas, config);
  return () => chart.destroy();
}

function common() {
  return {
    responsive: true,
    maintainAspectRatio: false,
    // An animated chart shows wrong values in between, even when it is printed or resized.
    animation: false as const,
    color: tone("--ink"),
  };
}

function axes(values: "x" | "y") {
  const names = values === "x" ? "y" : "x";
  const ticks = { color: tone("--ink-soft"), maxRotation: 45 };
  return {
    [values]: {
      grid: { color: tone("--line") },
      border: { display: false },
      ticks: {
        ...ticks,
        maxTicksLimit: 6,
        includeBounds: false,
        callback: (value: number | string) => shortMoney(Number(value)),
      },
    },
    [names]: {
      grid: { display: false },
      ticks: { ...ticks, autoSkip: values === "y", maxTicksLimit: 10 },
    },
  };
}

function tone(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Add an opacity to a color such as `#0f5c4a`. */
function faded(hex: string, opacity: number): string {
  return `${hex}${Math.round(255 * opacity)
    .toString(16)
    .padStart(2, "0")}`;
}
