import { describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import type { Job, JobEvent, JobWithResults } from "../api/types";
import { delayAfter } from "./delays";
import { Follower, type News } from "./follower";
import type { Source } from "./source";
import type { StreamAnswer } from "./stream";

const job = (status: Job["status"], version = 1) => ({ status, version }) as JobWithResults;
const event = (seq: number) => ({ seq }) as JobEvent;
const fresh = (more: Partial<StreamAnswer> = {}): StreamAnswer => ({
  retryMs: 2000,
  job: job("running"),
  lastId: null,
  names: ["heartbeat"],
  ...more,
});
const away = () => Promise.reject(new TypeError("Failed to fetch"));

/** Follow a job whose source returns the scripted response for each kind of request, repeating the last one. */
async function follow(
  script: { [K in keyof Source]?: Source[K][] },
  { rounds = 20, online = true } = {},
) {
  const news: News[] = [];
  const waits: number[] = [];
  const asked: string[] = [];
  const next =
    <K extends keyof Source>(kind: K) =>
    (...given: unknown[]) => {
      asked.push([kind, ...given].join(" "));
      const answers = script[kind] ?? [];
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (!answer) throw new Error(`Nobody thought of ${kind}.`);
      return (answer as (...given: unknown[]) => unknown)(...given);
    };
  const source = { job: next("job"), stream: next("stream"), events: next("events") } as Source;
  const around = {
    publish: (one: News) => void news.push(one),
    pause: async (ms: number) => void waits.push(ms),
    isStopped: () => waits.length >= rounds,
    isForgotten: () => false,
    isOnline: () => online,
    random: () => 1,
  };
  await new Follower(source, around).run();
  return { news, waits, asked, connections: news.flatMap((one) => one.connection ?? []) };
}

const running = async () => job("running");
const completed = async () => job("completed", 9);
const noEvents = async () => [];

describe("a job that runs", () => {
  it("is looked at once with its events, then its stream is read from there", async () => {
    const { asked } = await follow(
      { job: [running], events: [async () => [event(1), event(2)]], stream: [async () => fresh()] },
      { rounds: 3 },
    );
    expect(asked).toEqual(["job", "events 0", "stream 2", "stream 2"]);
  });

  it("is looked at again soon when it had not started yet", async () => {
    const { waits } = await follow(
      { job: [async () => job("pending")], events: [noEvents], stream: [async () => fresh()] },
      { rounds: 3 },
    );
    expect(waits).toEqual([1000, 2000, 2000]);
  });

  it("is asked for its events only when more than its percent is new", async () => {
    const { asked } = await follow(
      {
        job: [running],
        events: [noEvents],
        stream: [
          async () => fresh({ names: ["progress"], lastId: 3 }),
          async () => fresh({ names: ["progress", "status"], lastId: 5 }),
        ],
      },
      { rounds: 3 },
    );
    expect(asked).toEqual(["job", "events 0", "stream 0", "stream 3", "events 0"]);
  });

  it("is read again with its results when a section was committed", async () => {
    const section = { ...event(5), kind: "section_committed" } as JobEvent;
    const { asked, news } = await follow(
      {
        job: [running, async () => job("running", 5)],
        events: [noEvents, async () => [section]],
        stream: [async () => fresh({ names: ["status"], lastId: 5 })],
      },
      { rounds: 2 },
    );
    expect(asked).toEqual(["job", "events 0", "stream 0", "events 0", "job"]);
    expect(news.at(-1)?.job?.version).toBe(5);
  });

  it("is over after its last event, with its results, and nobody asks again", async () => {
    const { asked, connections, news } = await follow({
      job: [running, completed],
      events: [noEvents],
      stream: [async () => fresh({ names: ["complete"], lastId: 9 })],
    });
    expect(asked).toEqual(["job", "events 0", "stream 0", "job", "events 0"]);
    expect(connections.at(-1)).toBe("over");
    expect(news.at(-1)?.job?.status).toBe("completed");
  });
});

describe("a server that is away", () => {
  it("is asked for the stream five times, then for the job itself", async () => {
    const { asked, connections } = await follow(
      { job: [running, away], events: [noEvents], stream: [away] },
      { rounds: 8 },
    );
    expect(asked.filter((one) => one.startsWith("stream"))).toHaveLength(5);
    expect(asked.slice(-2)).toEqual(["job", "job"]);
    expect(new Set(connections.slice(1))).toEqual(new Set(["reconnecting"]));
  });

  it("is told apart from a machine without a network", async () => {
    const { connections } = await follow(
      { job: [away], events: [noEvents] },
      { rounds: 1, online: false },
    );
    expect(connections).toEqual(["offline"]);
  });

  it("is polled once it is back, and then its stream is read again", async () => {
    const { asked, connections } = await follow(
      {
        job: [running],
        events: [noEvents],
        stream: [away, away, away, away, away, async () => fresh()],
      },
      { rounds: 13 },
    );
    expect(asked.slice(7, 12)).toEqual(["job", "job", "job", "job", "job"]);
    expect(asked[12]).toBe("stream 0");
    expect(connections).toContain("polling");
    expect(connections.at(-1)).toBe("live");
  });

  it("is waited for as long as it says while its database wakes up", async () => {
    const waking = () => Promise.reject(new ApiError(503, "", [], 10));
    const { waits, connections } = await follow({ job: [waking] }, { rounds: 1 });
    expect(waits).toEqual([10_000]);
    expect(connections).toEqual(["waking"]);
  });
});

it("ends for a job that nobody has", async () => {
  const { news } = await follow({ job: [() => Promise.reject(new ApiError(404, "", [], null))] });
  expect(news).toEqual([{ isMissing: true, connection: "over" }]);
});

it("waits for a person where somebody has to sign in first", async () => {
  const { waits } = await follow(
    { job: [() => Promise.reject(new ApiError(401, "", [], null))] },
    { rounds: 1 },
  );
  expect(waits).toEqual([Infinity]);
});

describe("the delays", () => {
  const delays = Array.from({ length: 40 }, (_, tries) => delayAfter(tries + 1, 1));

  it("begin with a second, and end with half a minute", () => {
    expect(delays[0]).toBe(1000);
    expect(delays.at(-1)).toBe(30_000);
  });

  it("find a server that was away for 10 s within 3 s", () => {
    let looked = 0;
    const looks = delays.map((delay) => (looked += delay));
    expect(looks.find((look) => look >= 10_000)).toBeLessThanOrEqual(13_000);
  });

  it("lose at most a quarter to chance", () => {
    expect(delayAfter(1, 0)).toBe(750);
  });
});
