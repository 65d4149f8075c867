import { afterEach, expect, it, vi } from "vitest";
import { dateOf } from "./amounts";

afterEach(() => void vi.unstubAllEnvs());

it("keeps the day of a date without a time, west of Greenwich, too", () => {
  vi.stubEnv("TZ", "America/New_York");
  expect(dateOf("2026-11-20")).toBe("November 20, 2026");
  expect(dateOf("2026-11-20T03:00:00Z")).toBe("November 19, 2026");
});
