import { describe, expect, it } from "vitest";

import { ApiError } from "../api/client";
import { refusal } from "./refusals";

describe("what went wrong is told", () => {
  it.each([
    [new ApiError(409, "That name is taken.", [], null), "That name is taken."],
    [new ApiError(413, "", [], null), "The file is larger than 1 MB."],
    [new ApiError(418, "", [], null), "Something went wrong (418)."],
    [new ApiError(503, "The database wakes up.", [], 10), "wakes up. Try again in 10 s."],
    [new ApiError(503, "", [], null), "Try again in a moment."],
    [new TypeError("Failed to fetch"), "The server can't be reached."],
    [new DOMException("", "TimeoutError"), "The server can't be reached."],
    [new DOMException("", "NotReadableError"), "The file can't be read any more"],
  ])("in words: %o", (error, words) => {
    expect(refusal(error)).toContain(words);
  });
});
