import { expect, it } from "vitest";
import { parseStream } from "./stream";

it("reads new events and the current job", () => {
  const text =
    'retry: 2000\nid: 3\nevent: progress\ndata: {"job": null}\n\n' +
    'id: 4\nevent: complete\ndata: {"job": {"version": 4}}\n\n';
  expect(parseStream(text)).toEqual({
    retryMs: 2000,
    job: { version: 4 },
    lastId: 4,
    names: ["progress", "complete"],
  });
});

it("reads a heartbeat, which has no number", () => {
  const answer = parseStream('retry: 2000\nevent: heartbeat\ndata: {"job": {"version": 4}}\n\n');
  expect(answer).toMatchObject({ lastId: null, names: ["heartbeat"], job: { version: 4 } });
});

it("has no job while the database wakes up, and a longer retry delay", () => {
  expect(parseStream('retry: 10000\nevent: heartbeat\ndata: {"job": null}\n\n')).toEqual({
    retryMs: 10_000,
    job: null,
    lastId: null,
    names: ["heartbeat"],
  });
});
