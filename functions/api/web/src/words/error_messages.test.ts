import { describe, expect, it } from "vitest";

import { ApiError } from "../api/client";
import { refusal } from "./error_messages";

describe("refusal", () => {
  it.each([
    [new ApiError(409, "That name is taken.", [], null), "That name is taken."],
    [new ApiError(413, "", [], null), "The file is larger than 1 MB."],
    [new ApiError(418, "", [], null), "Something went wrong (418)."],
    [new ApiError(503, "Try again in 10 seconds.", [], 10), "Try again in 10 seconds."],
    [new ApiError(503, "", [], null), "Try again in a moment."],
    [new TypeError("Failed to fetch"), "We can't reach the server."],
    [new DOMException("", "TimeoutError"), "We can't reach the server."],
    [new DOMException("", "NotReadableError"), "We can't read the file anymore"],
  ])("describes %o", (error, words) => {
    expect(refusal(error)).toContain(words);
  });
});
