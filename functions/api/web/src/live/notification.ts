/** Notifies the user when an analysis ends while the page is hidden, if they allow it. */

import { signal } from "@preact/signals";
import { isHidden } from "./visibility";
import type { JobView } from "./index";

const isSupported = "Notification" in globalThis;
const decided = (): NotificationPermission => (isSupported ? Notification.permission : "denied");

/** `default`: the user hasn't decided, so notifications can be offered. */
export const permission = signal(decided());

/** Call it only from a click handler: browsers reject requests without a user gesture. */
export async function askToNotify(): Promise<void> {
  await Notification.requestPermission();
  permission.value = decided();
}

const SAID: Record<string, string> = {
  completed: "Your analysis is complete.",
  failed: "Your analysis failed.",
  cancelled: "Your analysis was cancelled.",
};

export function notifyEnd(job: JobView): void {
  const said = SAID[job.status];
  if (decided() !== "granted" || !isHidden() || !said) return;
  const notification = new Notification("Alex", { body: said, tag: job.id });
  notification.onclick = () => {
    focus();
    location.hash = `#/jobs/${job.id}`;
    notification.close();
  };
}
