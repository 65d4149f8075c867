import { beforeAll, describe, expect, it } from "vitest";

import { announcement } from "./announcer";
import { introduce } from "../words/agents";
import { NAMES, aJob, anAgent, someProgress } from "./samples";

beforeAll(() => introduce(NAMES));

const withReporter = (status: "waiting" | "running" | "completed" | "failed", percent = 0) =>
  aJob({
    progress_data: someProgress({
      progress_percent: percent,
      agents: [anAgent({ status, progress_percent: percent })],
    }),
  });

describe("the announcement", () => {
  it("names an agent that started or finished", () => {
    expect(announcement(withReporter("waiting"), withReporter("running"))).toBe(
      "Started: Write the report.",
    );
    expect(announcement(withReporter("running"), withReporter("completed"))).toBe(
      "Done: Write the report.",
    );
  });

  it("is empty for a new percent", () => {
    expect(announcement(withReporter("running", 20), withReporter("running", 45))).toBe("");
  });

  it("states only the job's outcome at its end", () => {
    const ended = { ...withReporter("completed"), status: "completed" as const };
    expect(announcement(withReporter("running"), ended)).toBe("The analysis is complete.");
  });

  it("states that a new attempt started", () => {
    expect(announcement(aJob(), aJob({ attempt: 2 }))).toBe("The analysis was restarted.");
  });

  it("does not call the first attempt a new one", () => {
    const waiting = aJob({ status: "pending", attempt: 0 });
    expect(announcement(waiting, aJob())).toBe("The analysis is running.");
  });
});
