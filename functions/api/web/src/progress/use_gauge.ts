import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Watch } from "../live";
import { serverClock } from "../api/server_clock";
import { isActive } from "../api/types";
import { setBar } from "../ui/bar";
import { useFrames } from "../ui/frame";
import { Gauge } from "./gauge";
import { keepShown, shownBefore } from "./shown_before";

/** Return the gauge of the followed job, and a bar that shows it. `draw` is called on every frame, too. */
export function useGauge(
  watch: Watch,
  draw: (gauge: Gauge, percent: number | null, now: number) => void,
) {
  const gauge = useMemo(() => new Gauge(shownBefore()), [watch]);
  const bar = useRef<HTMLDivElement>(null);
  const job = watch.job.value;
  const receivedAt = watch.receivedAt.value;
  const isRunning = job !== null && isActive(job);
  useEffect(() => {
    const keep = () => keepShown(gauge.shownAt(performance.now()));
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, [gauge]);
  const show = (now: number) => {
    const percent = job?.status === "completed" ? 100 : gauge.percentAt(now);
    setBar(bar.current, percent);
    bar.current?.classList.toggle("bar-stopped", isRunning && gauge.silenceAt(now) !== null);
    draw(gauge, percent, now);
  };
  // Before the browser paints, so that the drawn texts match the rendered ones.
  useLayoutEffect(() => {
    if (job) gauge.see(job, receivedAt, serverClock.at(performance.timeOrigin + receivedAt));
    show(performance.now());
  }, [gauge, job, receivedAt]);
  useFrames(show, isRunning);
  return { gauge, bar };
}
