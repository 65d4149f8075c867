import { useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Watch } from "../live";
import { serverClock } from "../api/server_clock";
import { Gauge } from "./gauge";

/** Return a gauge that receives every view of the followed job. */
export function useGauge(watch: Watch): Gauge {
  const gauge = useMemo(() => new Gauge(), [watch]);
  useSignalEffect(() => {
    const job = watch.job.value;
    const receivedAt = watch.receivedAt.value;
    if (job) gauge.see(job, receivedAt, serverClock.at(performance.timeOrigin + receivedAt));
  });
  return gauge;
}
