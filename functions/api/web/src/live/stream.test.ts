import { expect, it } from "vitest";
import { parseStream } from "./stream";

it("reads what is new, and the job as of now", () => {
  const text =
    'retry: 2000\n\nid: 3\nevent: progress\ndata: {"version": 4}\n\nid: 4\nevent: complete\ndata: {"version": 4}\n\n';
  expect(parseStream(text)).toEqual({
    retryMs: 2000,
    job: { version: 4 },
    lastId: 4,
    names: ["progress", "complete"],
  });
});

it("reads a heartbeat, which has no number", () => {
  const answer = parseStream('retry: 2000\n\nevent: heartbeat\ndata: {"version": 4}\n\n');
  expect(answer).toMatchObject({ lastId: null, names: ["heartbeat"], job: { version: 4 } });
});

it("knows no job while the database wakes up, and is asked later", () => {
  expect(parseStream("retry: 10000\n: the database is waking up\n\n")).toEqual({
    retryMs: 10_000,
    job: null,
    lastId: null,
    names: [],
  });
});
