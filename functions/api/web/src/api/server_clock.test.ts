import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ServerClock } from "./server_clock";

describe("the server's time", () => {
  it("is this machine's time until the server responds", () => {
    expect(new ServerClock().at(1234)).toBe(1234);
  });

  it("is determined to a tenth of a second whatever this machine's clock", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        fc.integer({ min: 0, max: 999 }),
        (aheadMs, start) => {
          const clock = new ServerClock();
          for (let poll = 0; poll < 20; poll++) {
            const serverMs = 1_800_000_000_000 + start + poll * 2043;
            const sentAt = serverMs + aheadMs - 15;
            clock.hear(Math.floor(serverMs / 1000) * 1000, sentAt, sentAt + 30);
          }
          const truth = 1_800_000_100_000;
          expect(Math.abs(clock.at(truth + aheadMs) - truth)).toBeLessThan(100);
        },
      ),
    );
  });

  it("adapts when this machine's clock is set", () => {
    const clock = new ServerClock();
    clock.hear(10_000, 10_000, 10_020);
    clock.hear(12_000, 72_000, 72_020);
    expect(Math.abs(clock.at(72_000) - 12_500)).toBeLessThan(600);
  });

  it("does not change with a response that has no date", () => {
    const clock = new ServerClock();
    clock.hear(Date.parse(""), 0, 10);
    expect(clock.at(5)).toBe(5);
  });
});
