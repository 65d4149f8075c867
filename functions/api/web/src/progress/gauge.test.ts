import { describe, expect, it } from "vitest";

import type { Job } from "../api/types";
import { Gauge } from "./gauge";
import { aJob, anAgent, someProgress } from "./samples";

const SERVER = Date.parse("2026-11-22T10:00:00Z");
const at = (seconds: number) => new Date(SERVER + 1000 * seconds).toISOString();

function running(changes: Partial<Job["progress_data"]> = {}): Job {
  return aJob({
    created_at: at(-12),
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
    gauge.see(aJob({ created_at: at(-12) }), 0, SERVER);
    expect(gauge.elapsedAt(0)).toBe(12_000);
    expect(gauge.percentAt(0)).toBeNull();
    expect(gauge.remainingAt(0)).toBeNull();
  });

  it("has no percent while the server knows none", () => {
    const gauge = new Gauge();
    gauge.see(
      running({ basis: "unknown", progress_percent: null, estimated_completion: null }),
      0,
      SERVER,
    );
    expect(gauge.percentAt(0)).toBeNull();
  });

  it("counts the time of a second attempt from its own start", () => {
    const gauge = new Gauge();
    gauge.see({ ...running({ attempt: 2, started_at: at(-3) }), attempt: 2 }, 0, SERVER);
    expect(gauge.elapsedAt(0)).toBe(3000);
  });

  it("moves an agent on between its reports, and forgets it when it is done", () => {
    const gauge = new Gauge();
    const agent = anAgent({ status: "running", progress_percent: 30, started_at: at(-10) });
    gauge.see(running({ agents: [agent] }), 0, SERVER);
    gauge.see(running({ agents: [agent] }), 2000, SERVER + 2000);
    expect(gauge.agentPercentAt("reporter", 4000)).toBeGreaterThan(38);
    expect(gauge.agentPercentAt("reporter", 900_000)).toBeLessThan(100);
    gauge.see(running({ agents: [{ ...agent, status: "completed" }] }), 5000, SERVER + 5000);
    expect(gauge.agentPercentAt("reporter", 5000)).toBeNull();
  });

  it("goes by the usual time of an agent that has not reported yet", () => {
    const gauge = new Gauge();
    const agent = anAgent({
      status: "running",
      progress_percent: 0,
      expected_seconds: 20,
      started_at: at(0),
    });
    gauge.see(running({ agents: [agent] }), 0, SERVER);
    expect(gauge.agentPercentAt("reporter", 5000)).toBeGreaterThan(20);
    expect(gauge.agentPercentAt("reporter", 5000)).toBeLessThan(30);
  });
});
