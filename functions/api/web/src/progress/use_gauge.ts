import { useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Watch } from "../live";
import { serverClock } from "../api/server_clock";
import { Gauge } from "./gauge";

/** A gauge that sees every view of the job that is watched. */
export function useGauge(watch: Watch): Gauge {
  const gauge = useMemo(() => new Gauge(), [watch]);
  useSignalEffect(() => {
    const job = watch.job.value;
    const receivedAt = watch.receivedAt.value;
    if (job) gauge.see(job, receivedAt, serverClock.at(performance.timeOrigin + receivedAt));
  });
  return gauge;
}
