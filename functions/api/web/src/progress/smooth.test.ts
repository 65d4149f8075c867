import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SmoothPercent, stillToDo, type Sighting } from "./smooth";

const FRAME_MS = 16;

/** Return the percents shown at each frame of `forMs`, with sightings by arrival time. */
function frames(sightings: [number, Sighting][], forMs: number, frameMs = FRAME_MS): number[] {
  const smooth = new SmoothPercent();
  const waiting = [...sightings];
  const shown: number[] = [];
  for (let now = 0; now <= forMs; now += frameMs) {
    while (waiting[0] && waiting[0][0] <= now) smooth.see(waiting.shift()![1], now);
    const percent = smooth.at(now);
    if (percent !== null) shown.push(percent);
  }
  return shown;
}

/** Return sightings every `everyMs` of a job of `totalMs` whose server predicts its end with the factor `foreseen`. */
function job(totalMs: number, everyMs: number, foreseen = 1): [number, Sighting][] {
  const sightings: [number, Sighting][] = [];
  let percent = 0;
  for (let at = 0; at < totalMs; at += everyMs) {
    const remainingMs = Math.max((totalMs - at) * foreseen, 1);
    percent = Math.max(percent, Math.min(99, Math.floor((100 * at) / (at + remainingMs))));
    sightings.push([at, { percent, remainingMs, limit: null, attempt: 1 }]);
  }
  return sightings;
}

const anySightings = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 12_000 }),
    percent: fc.integer({ min: 0, max: 99 }),
    remainingMs: fc.integer({ min: 0, max: 600_000 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe("the shown percent", () => {
  it("is nothing before the server has said anything", () => {
    expect(new SmoothPercent().at(1000)).toBeNull();
  });

  it("begins where the server is, also in the middle of a job", () => {
    const smooth = new SmoothPercent();
    smooth.see(said(45, 20_000), 5);
    expect(smooth.at(5)).toBe(45);
  });

  it("always rises and stays below 100, whatever the server says and whenever", () => {
    fc.assert(
      fc.property(anySightings, fc.integer({ min: 4, max: 4_000 }), (steps, frameMs) => {
        let at = 0;
        const sightings = steps.map(({ after, ...said }): [number, Sighting] => [
          (at += after),
          { ...said, limit: null, attempt: 1 },
        ]);
        const shown = frames(sightings, at + 20_000, frameMs);
        expect(shown.slice(1).every((percent, i) => percent > shown[i]!)).toBe(true);
        expect(shown.at(-1)).toBeLessThan(100);
      }),
      { numRuns: 40 },
    );
  });

  it("does not depend on how often it is drawn", () => {
    const often = frames(job(40_000, 2000), 40_000, 16).at(-1)!;
    const seldom = frames(job(40_000, 2000), 40_000, 1000).at(-1)!;
    expect(Math.abs(often - seldom)).toBeLessThan(0.5);
  });

  it.each([1, 0.6, 1.6])(
    "shows another whole percent every 3 s of a 40 s job that is foreseen times %s",
    (foreseen) => {
      const shown = frames(job(40_000, 2000, foreseen), 38_000).map(Math.floor);
      const perWindow = Math.floor(3000 / FRAME_MS);
      for (let i = 0; i + perWindow < shown.length; i++)
        expect(shown[i + perWindow]).toBeGreaterThan(shown[i]!);
    },
  );

  it("keeps near the truth of a job that goes as foreseen, with polls every 2 s and with late ones", () => {
    for (const everyMs of [2000, 9000]) {
      const shown = frames(job(40_000, everyMs), 39_900);
      const distances = shown.map((percent, frame) =>
        Math.abs(percent - (100 * frame * FRAME_MS) / 40_000),
      );
      expect(Math.max(...distances)).toBeLessThan(everyMs === 2000 ? 2 : 5);
    }
  });

  it("catches up with a jump within 3 s, without jumping", () => {
    const shown = frames(
      [
        [0, said(20, 60_000)],
        [2000, said(60, 10_000)],
      ],
      5000,
    );
    const steps = shown.slice(1).map((percent, i) => percent - shown[i]!);
    expect(Math.max(...steps)).toBeLessThan(1.5);
    expect(shown.at(-1)).toBeGreaterThan(70);
  });

  it("waits for a job that takes longer than it seemed, and moves on meanwhile", () => {
    const shown = frames(
      [
        [0, said(80, 2000)],
        [2000, said(85, 60_000)],
      ],
      12_000,
    );
    const [then, later] = [shown[Math.floor(2000 / FRAME_MS)]!, shown.at(-1)!];
    expect(then).toBeGreaterThan(92);
    expect(later - then).toBeGreaterThan(0.3);
    expect(later - then).toBeLessThan(2);
  });

  it("stops at the limit that the agents' reports set, and moves on with the next report", () => {
    const limited = { ...said(50, 20_000), limit: 53.5 };
    const shown = frames([[0, limited], [2000, limited], [4000, limited], [6000, said(56, 19_000)]], 8000); // prettier-ignore
    expect(Math.max(...shown.slice(0, Math.floor(6000 / FRAME_MS)))).toBe(53.5);
    expect(shown.at(-1)).toBeGreaterThan(57);
  });

  it("ignores an answer that overtook a newer one", () => {
    const smooth = new SmoothPercent();
    smooth.see(said(50, 20_000), 0);
    smooth.see(said(40, 30_000), 100);
    expect(smooth.at(10_100)).toBeGreaterThan(70);
  });

  it("begins again with a new attempt, and not with what an old one still says", () => {
    const smooth = new SmoothPercent();
    smooth.see(said(80, 5000), 0);
    smooth.see({ ...said(30, 20_000), attempt: 2 }, 1000);
    expect(smooth.at(1000)).toBe(30);
    smooth.see(said(90, 500), 1500);
    expect(smooth.at(1500)).toBeLessThan(35);
  });
});

describe("what is still to do without news", () => {
  it("shrinks for ever and without a kink, and never to nothing", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (passed) => {
        expect(stillToDo(passed + 0.001)).toBeLessThan(stillToDo(passed));
        expect(stillToDo(passed)).toBeGreaterThan(0);
        expect((stillToDo(passed) - stillToDo(passed + 0.001)) / 0.001).toBeLessThanOrEqual(1.0001);
      }),
    );
  });
});

function said(percent: number, remainingMs: number): Sighting {
  return { percent, remainingMs, limit: null, attempt: 1 };
}
