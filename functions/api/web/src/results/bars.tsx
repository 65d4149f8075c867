import { useId } from "preact/hooks";
import type { Chart, Slice } from "../api/types";
import { money } from "../words/amounts";
import { barScale, measured, placeOf, type BarScale } from "./bar_scale";
import type { Goal } from "./share_table";

/** The charts in order; an empty portfolio has none. */
export function Charts({ charts }: { charts: Chart[] }) {
  if (charts.length === 0) {
    return (
      <p class="notice">There is nothing to chart yet. Add holdings or cash, then analyze again.</p>
    );
  }
  return (
    <div class="prose">
      {charts.map((chart) => (
        <Bars key={chart.title} chart={chart} />
      ))}
    </div>
  );
}

/**
 * A chart as a table whose rows have bars from zero, in the form of the report's tables. Every type is drawn this way: of
 * all charts, people compare bars best, and a table needs no legend, no tooltip, and no colors.
 */
function Bars({ chart: { title, description, data } }: { chart: Chart }) {
  const id = useId();
  const scale = barScale(data);
  return (
    <>
      <h3 id={id}>{title}</h3>
      <p>{description}</p>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby={id}>
        <table class="barred" data-names="1" style={{ "--columns": "3" }}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <td class="bar-cell" aria-hidden="true">
                <BarKey scale={scale} goals={[]} />
              </td>
              <th scope="col" class="amount">
                Value
              </th>
              <th scope="col" class="amount">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((slice) => (
              <Row key={slice.name} slice={slice} scale={scale} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface BarProps {
  slice: Slice;
  scale: BarScale;
  goal?: Goal;
}

function Row({ slice, scale }: BarProps) {
  return (
    <tr>
      <th scope="row">{slice.name}</th>
      <td class="bar-cell" aria-hidden="true">
        <ShareBar slice={slice} scale={scale} />
      </td>
      <td class="amount">{slice.amount || money(slice.value)}</td>
      <td class="amount">{slice.share}</td>
    </tr>
  );
}

/** A bar from zero, with marks at its goals. */
export function ShareBar({ slice, scale, goal }: BarProps) {
  const value = measured(slice, scale);
  const [start, end] = [placeOf(0, scale), placeOf(value, scale)];
  return (
    <span class={scale.hasTrack ? "share-bar bar-track" : "share-bar"}>
      {value !== 0 && (
        <span
          class={value < 0 ? "bar-part bar-loss" : "bar-part"}
          style={{
            ...(slice.color && { "--bar": slice.color }),
            "--from": String(Math.min(start, end)),
            "--length": String(Math.abs(end - start)),
          }}
        />
      )}
      {goal?.after != null && <Mark kind="bar-after" at={placeOf(goal.after, scale)} />}
      {goal?.target != null && <Mark kind="bar-target" at={placeOf(goal.target, scale)} />}
    </span>
  );
}

function Mark({ kind, at }: { kind: string; at: number }) {
  return <span class={`bar-mark ${kind}`} style={{ "--at": String(at) }} />;
}

/** Explains the marks on the bars, or the ends of their axis; renders nothing if neither is needed. */
export function BarKey({ scale, goals }: { scale: BarScale; goals: readonly Goal[] }) {
  const hasTarget = goals.some(({ target }) => target !== null);
  const hasAfter = goals.some(({ after }) => after !== null);
  if (scale.ends)
    return (
      <span class="bar-ends small muted figures" aria-hidden="true">
        <span>{scale.ends[0]}</span>
        <span>{scale.ends[1]}</span>
      </span>
    );
  if (!hasTarget) return null;
  return (
    <span class="bar-key small muted" aria-hidden="true">
      <span>
        <span class="bar-mark bar-target" /> Target
      </span>
      {hasAfter && (
        <span>
          <span class="bar-mark bar-after" /> After the trades
        </span>
      )}
    </span>
  );
}
