import { describe, expect, it } from "vitest";

import type { AgentProgress, Progress } from "../api/types";
import { Gauge } from "./gauge";
import { aJob, anAgent, someProgress } from "./samples";
import { jobTimesInWords, slowStep, timesInWords } from "./times";

const SERVER = Date.parse("2026-11-22T10:01:10Z");
const at = (seconds: number) => new Date(SERVER + 1000 * seconds).toISOString();

function running(agents: AgentProgress[], changes: Partial<Progress> = {}) {
  return aJob({
    queued_at: at(-80),
    progress_data: someProgress({
      current_agent: "reporter",
      progress_percent: 96,
      estimated_completion: at(8),
      estimated_range: [at(5), at(20)],
      agents,
      ...changes,
    }),
  });
}

const slow = (changes: Partial<AgentProgress> = {}) =>
  anAgent({
    status: "running",
    started_at: at(-70),
    expected_seconds: 8.2,
    slow_reason: "Slower than usual.",
    ...changes,
  });
const quick = slow({ slow_reason: null });

function texts(job = running([slow()]), laterMs = 0): string[] {
  const gauge = new Gauge();
  gauge.see(job, 0, SERVER);
  const words = [timesInWords(job, gauge, laterMs), jobTimesInWords(job, gauge, laterMs)];
  return words.map((text) => text.replaceAll("\u00a0", " "));
}

describe("the times of a running job", () => {
  it("have an estimate while every step takes its usual time", () =>
    expect(texts(running([quick]))).toEqual(Array(2).fill("About 10 seconds left")));

  it("have no estimate while any step is slower than usual", () => {
    expect(texts()).toEqual(["1 min 10 s so far, usually 8 s", "This is taking longer than usual"]);
    const other = slow({ name: "charter", expected_seconds: 0.3 });
    expect(texts(running([quick, other]))[0]).toBe("1 min 10 s so far, usually under 1 s");
  });

  it("count the time of a slow step", () =>
    expect(texts(undefined, 2500)[0]).toBe("1 min 12 s so far, usually 8 s"));

  it("aren't those of a step whose times are the same when rounded", () =>
    expect(texts(running([slow({ started_at: at(-8.4) })]))[0]).toBe(
      "This is taking longer than usual",
    ));

  it("trust an estimate again once the slow step is done", () =>
    expect(texts(running([quick, slow({ name: "charter", status: "completed" })]))[0]).toBe(
      "About 10 seconds left",
    ));

  it("have no estimate without news", () =>
    expect(texts(undefined, 8000)).toEqual(Array(2).fill("Last update 8 s ago")));

  it.each([
    [96, "Any moment now"],
    [85, "About 5 seconds left"],
    [47, "This is taking longer than usual"],
  ])("at %d%% and the median of the end are: %s", (progress_percent, text) =>
    expect(texts(running([quick], { progress_percent, estimated_completion: at(0) }))[0]).toBe(
      text,
    ),
  );
});

it("prefers the current step among slow ones", () => {
  const charter = slow({ name: "charter" });
  expect(slowStep(running([charter, slow()]))?.name).toBe("reporter");
  expect(slowStep(running([charter, quick]))?.name).toBe("charter");
});
