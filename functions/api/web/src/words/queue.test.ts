import { expect, it } from "vitest";

import { placeInWords } from "./queue";

const NOW = Date.parse("2026-11-29T10:00:00Z");

it.each([
  [0, "2026-11-29T10:00:00Z", "Your analysis is next. It should start any moment."],
  [
    1,
    "2026-11-29T10:00:40Z",
    "1 analysis is ahead of yours. Yours should start in about 40 seconds.",
  ],
  [
    4,
    "2026-11-29T10:03:00Z",
    "4 analyses are ahead of yours. Yours should start in about 3 minutes.",
  ],
  [
    1000,
    "2026-11-29T15:30:00Z",
    "More than 1,000 analyses are ahead of yours. Yours should start in about 5 h 30 min.",
  ],
  [2, null, "2 analyses are ahead of yours."],
])("describes a place behind %d with a start at %s", (ahead, start, words) =>
  expect(placeInWords({ ahead, estimated_start: start }, NOW)).toBe(words),
);
