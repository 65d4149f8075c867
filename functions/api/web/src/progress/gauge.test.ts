import { describe, expect, it } from "vitest";

import type { Job, Progress } from "../api/types";
import { Gauge } from "./gauge";
import { aJob, someProgress } from "./samples";

const SERVER = Date.parse("2026-11-22T10:00:00Z");
const at = (seconds: number) => new Date(SERVER + 1000 * seconds).toISOString();

function running(changes: Partial<Progress> = {}): Job {
  return aJob({
    queued_at: at(-12),
    progress_data: someProgress({
      progress_percent: 40,
      estimated_completion: at(18),
      estimated_range: [at(12), at(30)],
      ...changes,
    }),
  });
}

describe("the gauge", () => {
  it("counts elapsed and remaining time on, by the server's clock", () => {
    const gauge = new Gauge();
    gauge.see(running(), 500, SERVER);
    expect(gauge.elapsedAt(2500)).toBe(14_000);
    expect(gauge.remainingAt(2500)).toEqual({ middleMs: 16_000, mostMs: 28_000 });
  });

  it("has a time and no percent where progress is not tracked", () => {
    const gauge = new Gauge();
    gauge.see(aJob({ queued_at: at(-12), is_tracked: false }), 0, SERVER);
    expect(gauge.elapsedAt(0)).toBe(12_000);
    expect(gauge.percentAt(0)).toBeNull();
    expect(gauge.remainingAt(0)).toBeNull();
  });

  it("has no percent while the server has none", () => {
    const gauge = new Gauge();
    const unknown = { progress_percent: null, estimated_completion: null } as const;
    gauge.see(running({ basis: "unknown", ...unknown }), 0, SERVER);
    expect(gauge.percentAt(0)).toBeNull();
  });

  it.each([
    ["a job that waits to be retried", { status: "pending" }],
    ["a job whose next attempt has not reported yet", { attempt: 2 }],
  ] as const)("shows no percent of an earlier attempt for %s", (_, changes) => {
    const gauge = new Gauge();
    gauge.see(running(), 0, SERVER);
    gauge.see({ ...running(), ...changes }, 1000, SERVER + 1000);
    expect(gauge.percentAt(1000)).toBeNull();
    expect(gauge.remainingAt(1000)).toBeNull();
  });

  it("counts from the retry, and starts again with its percent", () => {
    const gauge = new Gauge();
    gauge.see(running(), 0, SERVER);
    const retried = running({ attempt: 2, progress_percent: 3 });
    gauge.see({ ...retried, attempt: 2, queued_at: at(-3) }, 0, SERVER);
    expect(gauge.elapsedAt(0)).toBe(3000);
    expect(gauge.percentAt(0)).toBe(3);
  });

  it("stops after 5 s without a response, and goes on with the next one", () => {
    const gauge = new Gauge();
    gauge.see(running(), 0, SERVER);
    const stopped = gauge.percentAt(5000);
    expect(gauge.percentAt(20_000)).toBe(stopped);
    expect(gauge.silenceAt(5000)).toBeNull();
    expect(gauge.silenceAt(8000)).toBe(8000);
    expect(gauge.remainingAt(8000)).toBeNull();
    gauge.see(running({ progress_percent: 60 }), 20_000, SERVER + 20_000);
    expect(gauge.percentAt(21_000)).toBeGreaterThan(stopped!);
    expect(gauge.silenceAt(21_000)).toBeNull();
  });
});
