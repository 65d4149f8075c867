import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aJob } from "../progress/samples";

const shown: { title: string; body: string | undefined }[] = [];

class Shown {
  static permission: NotificationPermission = "default";
  static answer: NotificationPermission = "granted";
  static async requestPermission() {
    return (Shown.permission = Shown.answer);
  }
  onclick = null;
  constructor(title: string, { body }: NotificationOptions) {
    shown.push({ title, body });
  }
}

/** Load the module in a simulated tab; it inspects the browser when it is loaded. */
async function inTab({ isHidden = true, isSupported = true } = {}) {
  vi.resetModules();
  vi.stubGlobal("document", { hidden: isHidden, addEventListener: () => undefined });
  if (isSupported) vi.stubGlobal("Notification", Shown);
  return import("./notification");
}

beforeEach(() => {
  shown.length = 0;
  [Shown.permission, Shown.answer] = ["default", "granted"];
});
afterEach(() => vi.unstubAllGlobals());

describe("a notification of the end", () => {
  it("is offered while nobody has decided, and shown to who looks elsewhere and allowed it", async () => {
    const { permission, askToNotify, tellEnd } = await inTab();
    expect(permission.value).toBe("default");
    tellEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([]);
    await askToNotify();
    expect(permission.value).toBe("granted");
    tellEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([{ title: "Alex", body: "Your analysis is complete." }]);
  });

  it.each([
    ["failed", "Your analysis failed."],
    ["cancelled", "Your analysis was cancelled."],
  ] as const)("says so when it %s", async (status, body) => {
    Shown.permission = "granted";
    const { tellEnd } = await inTab();
    tellEnd(aJob({ status }));
    expect(shown).toEqual([{ title: "Alex", body }]);
  });

  it("is not shown to who refused it", async () => {
    Shown.answer = "denied";
    const { permission, askToNotify, tellEnd } = await inTab();
    await askToNotify();
    expect(permission.value).toBe("denied");
    tellEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([]);
  });

  it("is not shown to who sees the page", async () => {
    Shown.permission = "granted";
    const { tellEnd } = await inTab({ isHidden: false });
    tellEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([]);
  });

  it("is not offered by a browser that has none", async () => {
    const { permission, tellEnd } = await inTab({ isSupported: false });
    expect(permission.value).toBe("denied");
    expect(() => tellEnd(aJob({ status: "completed" }))).not.toThrow();
  });
});
