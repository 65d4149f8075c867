import { useState } from "preact/hooks";
import { askToNotify, permission } from "../live/notification";
import { Action } from "../ui/action";

/** Offers a notification when the analysis ends, and shows the user's decision. */
export function NotifyOffer() {
  const [hasAsked, setAsked] = useState(false);
  if (permission.value === "default") {
    return (
      <Action class="small-button" onAct={() => askToNotify().finally(() => setAsked(true))}>
        Notify me<span class="unseen"> when it's done</span>
      </Action>
    );
  }
  return (
    <span class="small muted" role="status">
      {permission.value === "granted" ? (
        <>
          You'll be notified<span class="unseen"> when it's done</span>
        </>
      ) : (
        hasAsked && "Notifications are blocked"
      )}
    </span>
  );
}
