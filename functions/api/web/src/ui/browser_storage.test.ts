import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forgetPerson } from "./browser_storage";

/** Storage as in browsers: names are own enumerable properties. */
function storage(kept: Record<string, string>): Storage {
  return Object.defineProperty({ ...kept }, "removeItem", {
    value(this: Record<string, string>, name: string) {
      delete this[name];
    },
  }) as unknown as Storage;
}

beforeEach(() => {
  vi.stubGlobal(
    "localStorage",
    storage({ "alex.seen": "{}", "alex.theme": "dark", "other.app": "1" }),
  );
  vi.stubGlobal("sessionStorage", storage({ "alex.draft": "{}" }));
});
afterEach(() => vi.unstubAllGlobals());

test("removes the user's data and keeps the device's theme", () => {
  forgetPerson();
  expect(Object.keys(localStorage)).toEqual(["alex.theme", "other.app"]);
  expect(Object.keys(sessionStorage)).toEqual([]);
});

test("does nothing where storage is switched off", () => {
  vi.stubGlobal("localStorage", null);
  expect(forgetPerson).not.toThrow();
});
