import { expect, it } from "vitest";

import { Intent } from "./intent";

it("keeps its key until the server has answered", () => {
  const intent = new Intent();
  const first = intent.key({ analysis_type: "portfolio" });
  expect(intent.key({ analysis_type: "portfolio" })).toBe(first);
  intent.settle();
  expect(intent.key({ analysis_type: "portfolio" })).not.toBe(first);
});

it("has another key for another request", () => {
  const intent = new Intent();
  expect(intent.key({ analysis_type: "charts" })).not.toBe(
    intent.key({ analysis_type: "portfolio" }),
  );
});
