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
      const responses = script[kind] ?? [];
      const answer = responses.length > 1 ? responses.shift() : responses[0];
      if (!answer) throw new Error(`The script has no response for ${kind}.`);
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

describe("following a running job", () => {
  it("reads the events, then the job with all of their sections, and continues with the stream", async () => {
    const { asked } = await follow(
      { job: [running], events: [async () => [event(1), event(2)]], stream: [async () => fresh()] },
      { rounds: 3 },
    );
    expect(asked).toEqual(["events 0", "job", "stream 2", "stream 2"]);
  });

  it("polls soon again if the job has not started yet", async () => {
    const { waits } = await follow(
      { job: [async () => job("pending")], events: [noEvents], stream: [async () => fresh()] },
      { rounds: 3 },
    );
    expect(waits).toEqual([1000, 2000, 2000]);
  });

  it("requests events only when more than the percent has changed", async () => {
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
    expect(asked).toEqual(["events 0", "job", "stream 0", "stream 3", "events 0"]);
  });

  it("reads the job again with its results when a section was committed", async () => {
    const section = { ...event(5), kind: "section_committed" } as JobEvent;
    const { asked, news } = await follow(
      {
        job: [running, async () => job("running", 5)],
        events: [noEvents, async () => [section]],
        stream: [async () => fresh({ names: ["status"], lastId: 5 })],
      },
      { rounds: 2 },
    );
    expect(asked).toEqual(["events 0", "job", "stream 0", "events 0", "job"]);
    expect(news.at(-1)?.job?.version).toBe(5);
  });

  it("ends after the last event, with the results, and sends no further request", async () => {
    const { asked, connections, news } = await follow({
      job: [running, completed],
      events: [noEvents],
      stream: [async () => fresh({ names: ["complete"], lastId: 9 })],
    });
    expect(asked).toEqual(["events 0", "job", "stream 0", "job", "events 0"]);
    expect(connections.at(-1)).toBe("over");
    expect(news.at(-1)?.job?.status).toBe("completed");
  });
});

describe("following while the server is away", () => {
  it("tries the stream five times, then polls the job", async () => {
    const { asked, connections } = await follow(
      { job: [running, away], events: [noEvents], stream: [away] },
      { rounds: 8 },
    );
    expect(asked.filter((one) => one.startsWith("stream"))).toHaveLength(5);
    expect(asked.slice(-2)).toEqual(["job", "job"]);
    expect(new Set(connections.slice(1))).toEqual(new Set(["reconnecting"]));
  });

  it("distinguishes it from a machine without a network", async () => {
    const { connections } = await follow(
      { job: [away], events: [noEvents] },
      { rounds: 1, online: false },
    );
    expect(connections).toEqual(["offline"]);
  });

  it("polls once the server is back, then reads the stream again", async () => {
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

  it("retries after the time in the response while the database wakes up", async () => {
    const waking = () => Promise.reject(new ApiError(503, "", [], 10));
    const { waits, connections } = await follow({ events: [waking] }, { rounds: 1 });
    expect(waits).toEqual([10_000]);
    expect(connections).toEqual(["waking"]);
  });
});

it("ends for a job that does not exist", async () => {
  const { news } = await follow({
    events: [() => Promise.reject(new ApiError(404, "", [], null))],
  });
  expect(news).toEqual([{ isMissing: true, connection: "over" }]);
});

it("waits for the user if they must sign in first", async () => {
  const { waits } = await follow(
    { events: [() => Promise.reject(new ApiError(401, "", [], null))] },
    { rounds: 1 },
  );
  expect(waits).toEqual([Infinity]);
});

describe("the delays", () => {
  const delays = Array.from({ length: 40 }, (_, tries) => delayAfter(tries + 1, 1));

  it("start at a second and end at half a minute", () => {
    expect(delays[0]).toBe(1000);
    expect(delays.at(-1)).toBe(30_000);
  });

  it("find a server that was away for 10 s within 3 s", () => {
    let looked = 0;
    const looks = delays.map((delay) => (looked += delay));
    expect(looks.find((look) => look >= 10_000)).toBeLessThanOrEqual(13_000);
  });

  it("have a jitter of at most a quarter", () => {
    expect(delayAfter(1, 0)).toBe(750);
  });
});
