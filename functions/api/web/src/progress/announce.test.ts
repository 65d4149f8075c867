import { beforeAll, describe, expect, it } from "vitest";

import { announcement } from "./announce";
import { introduce } from "../words/agents";
import { AGENTS, aJob, anAgent, someProgress } from "./samples";

beforeAll(() => introduce(AGENTS));

const withReporter = (status: "waiting" | "running" | "completed" | "failed", percent = 0) =>
  aJob({
    progress_data: someProgress({
      progress_percent: percent,
      agents: [anAgent({ status, progress_percent: percent })],
    }),
  });

describe("what is announced", () => {
  it("is that an agent began, and that it is done", () => {
    expect(announcement(withReporter("waiting"), withReporter("running"))).toBe(
      "Started: Write the report.",
    );
    expect(announcement(withReporter("running"), withReporter("completed"))).toBe(
      "Done: Write the report.",
    );
  });

  it("is nothing for another percent", () => {
    expect(announcement(withReporter("running", 20), withReporter("running", 45))).toBe("");
  });

  it("is how the job ended, and nothing else then", () => {
    const ended = { ...withReporter("completed"), status: "completed" as const };
    expect(announcement(withReporter("running"), ended)).toBe("The analysis is complete.");
  });

  it("is a new attempt", () => {
    expect(announcement(aJob(), aJob({ attempt: 2 }))).toBe("A new attempt started.");
  });

  it("is not that the first attempt is a new one", () => {
    const waiting = aJob({ status: "pending", attempt: 0 });
    expect(announcement(waiting, aJob())).toBe("The analysis is running.");
  });
});
