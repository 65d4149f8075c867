/** Tells the end of an analysis to someone who looks elsewhere, if they allow it. */

import { signal } from "@preact/signals";
import { isHidden } from "./visibility";
import type { JobView } from "./index";

const isSupported = "Notification" in globalThis;
const decided = (): NotificationPermission => (isSupported ? Notification.permission : "denied");

/** `default`: nobody has decided yet, so that it makes sense to offer it. */
export const permission = signal(decided());

/** Only ever called by a click: browsers refuse pages that ask by themselves. */
export async function askToNotify(): Promise<void> {
  await Notification.requestPermission();
  permission.value = decided();
}

const SAID: Record<string, string> = {
  completed: "Your analysis is complete.",
  failed: "Your analysis failed.",
  cancelled: "Your analysis was cancelled.",
};

export function tellEnd(job: JobView): void {
  const said = SAID[job.status];
  if (decided() !== "granted" || !isHidden() || !said) return;
  const notification = new Notification("Alex", { body: said, tag: job.id });
  notification.onclick = () => {
    focus();
    location.hash = `#/jobs/${job.id}`;
    notification.close();
  };
}
