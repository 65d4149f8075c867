import fc from "fast-check";
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
      percent_in_4s: 48,
      estimated_completion: at(18),
      estimated_range: [at(12), at(30)],
      ...changes,
    }),
  });
}

it("uses this device's time until the first response", () =>
  expect(Math.abs(new Gauge().serverTimeAt(performance.now()) - Date.now())).toBeLessThan(60_000));

describe("the gauge", () => {
  it("keeps counting elapsed and remaining time by the server's clock", () => {
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
    gauge.see(running(unknown), 0, SERVER);
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
    expect(gauge.percentAt(0)).toBe(3.5);
  });

  it("catches up with the percent that the server predicts, without a jump", () => {
    const gauge = new Gauge();
    gauge.see(running(), 0, SERVER);
    expect(gauge.percentAt(0)).toBe(40.5);
    expect(gauge.percentAt(2000)).toBe(44.25);
    gauge.see(running({ progress_percent: 60, percent_in_4s: 68.5 }), 2000, SERVER + 2000);
    expect(gauge.percentAt(2000)).toBe(44.25);
    expect(gauge.percentAt(2500)).toBe(53.375);
    expect(gauge.percentAt(3000)).toBe(62.5);
    expect(gauge.percentAt(4000)).toBe(64.5);
  });

  it("does not go back for a frame that is older than the response", () => {
    const gauge = new Gauge();
    gauge.see(running(), 1000, SERVER);
    expect(gauge.percentAt(500)).toBe(40.5);
    expect(gauge.percentAt(3000)).toBe(44.25);
    gauge.see(running({ progress_percent: 42, percent_in_4s: 52 }), 2000, SERVER + 1000);
    expect(gauge.percentAt(2100)).toBeGreaterThanOrEqual(44.25);
  });

  it("continues where the tab was before a reload", () => {
    const kept = { jobId: running().id, attempt: 1, percent: 46 };
    const first = (before: typeof kept) => {
      const gauge = new Gauge(before);
      gauge.see(running(), 0, SERVER);
      return gauge.percentAt(0);
    };
    expect(first(kept)).toBe(46);
    expect(first({ ...kept, attempt: 2 })).toBe(40.5);
    expect(first({ ...kept, jobId: "another" })).toBe(40.5);
  });

  it("never goes back, nor beyond what the server predicted", () => {
    const views = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 12_000 }),
        percent: fc.integer({ min: 0, max: 99 }),
        ahead: fc.double({ min: 0, max: 0.99, noNaN: true }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const roundedUp = [
      { after: 1, percent: 29, ahead: 0.0006679870999015025 },
      { after: 4000, percent: 0, ahead: 0.9370053674983363 },
      { after: 0, percent: 0, ahead: 0 },
    ];
    fc.assert(
      fc.property(views, (seen) => {
        const gauge = new Gauge();
        let [now, shown, most] = [0, 0, 0];
        for (const { after, percent, ahead } of seen) {
          const later = percent + ahead * (99.99 - percent);
          most = Math.max(most, percent, later);
          gauge.see(running({ progress_percent: percent, percent_in_4s: later }), now, SERVER);
          for (const moment of [now, now + after / 3, (now += after)]) {
            expect(gauge.percentAt(moment)).toBeGreaterThanOrEqual(shown);
            shown = gauge.percentAt(moment)!;
            expect(shown).toBeLessThanOrEqual(most);
          }
        }
      }),
      { examples: [[roundedUp]] },
    );
  });

  it("stops 4 s after a response, and continues with the next one", () => {
    const gauge = new Gauge();
    gauge.see(running(), 0, SERVER);
    const stopped = gauge.percentAt(4000);
    expect(gauge.percentAt(20_000)).toBe(stopped);
    expect(gauge.silenceAt(5000)).toBeNull();
    expect(gauge.silenceAt(8000)).toBe(8000);
    expect(gauge.remainingAt(8000)).toBeNull();
    gauge.see(running({ progress_percent: 60, percent_in_4s: 66 }), 20_000, SERVER + 20_000);
    expect(gauge.percentAt(21_000)).toBeGreaterThan(stopped!);
    expect(gauge.silenceAt(21_000)).toBeNull();
  });
});
