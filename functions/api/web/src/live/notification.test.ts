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
  it("is offered until the user decides, and shown in a hidden tab if they allowed it", async () => {
    const { permission, askToNotify, notifyEnd } = await inTab();
    expect(permission.value).toBe("default");
    notifyEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([]);
    await askToNotify();
    expect(permission.value).toBe("granted");
    notifyEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([{ title: "Alex", body: "Your analysis is complete." }]);
  });

  it.each([
    ["failed", "Your analysis failed."],
    ["cancelled", "Your analysis was cancelled."],
  ] as const)("notifies when it %s", async (status, body) => {
    Shown.permission = "granted";
    const { notifyEnd } = await inTab();
    notifyEnd(aJob({ status }));
    expect(shown).toEqual([{ title: "Alex", body }]);
  });

  it("is not shown to a user who refused it", async () => {
    Shown.answer = "denied";
    const { permission, askToNotify, notifyEnd } = await inTab();
    await askToNotify();
    expect(permission.value).toBe("denied");
    notifyEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([]);
  });

  it("is not shown while the page is visible", async () => {
    Shown.permission = "granted";
    const { notifyEnd } = await inTab({ isHidden: false });
    notifyEnd(aJob({ status: "completed" }));
    expect(shown).toEqual([]);
  });

  it("is not offered in a browser without notifications", async () => {
    const { permission, notifyEnd } = await inTab({ isSupported: false });
    expect(permission.value).toBe("denied");
    expect(() => notifyEnd(aJob({ status: "completed" }))).not.toThrow();
  });
});
