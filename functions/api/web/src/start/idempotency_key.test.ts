import { expect, it } from "vitest";

import { IdempotencyKey } from "./idempotency_key";

it("stays the same until the server has responded", () => {
  const idempotencyKey = new IdempotencyKey();
  const first = idempotencyKey.for({ analysis_type: "portfolio" });
  expect(idempotencyKey.for({ analysis_type: "portfolio" })).toBe(first);
  idempotencyKey.settle();
  expect(idempotencyKey.for({ analysis_type: "portfolio" })).not.toBe(first);
});

it("differs between requests", () => {
  const idempotencyKey = new IdempotencyKey();
  expect(idempotencyKey.for({ analysis_type: "charts" })).not.toBe(
    idempotencyKey.for({ analysis_type: "portfolio" }),
  );
});
