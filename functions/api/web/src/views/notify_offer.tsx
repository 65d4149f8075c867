import { useState } from "preact/hooks";
import { askToNotify, permission } from "../live/notification";
import { Action } from "../ui/action";

/** Offers a notification when the analysis ends, and shows the user's decision. */
export function NotifyOffer() {
  const [hasAsked, setAsked] = useState(false);
  if (permission.value === "default") {
    return (
      <Action onAct={() => askToNotify().finally(() => setAsked(true))}>
        Notify me when it's done
      </Action>
    );
  }
  return (
    <span class="small muted" role="status">
      {permission.value === "granted"
        ? "You'll be notified when it's done, as long as this page is open in a tab."
        : hasAsked && "Your browser blocks notifications from this page."}
    </span>
  );
}
