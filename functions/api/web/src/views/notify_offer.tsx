import { useState } from "preact/hooks";
import { askToNotify, permission } from "../live/notification";
import { Action } from "../ui/action";

/** Offers a notification when the analysis ends, and shows the user's decision. */
export function NotifyOffer() {
  const [hasAsked, setAsked] = useState(false);
  if (permission.value === "default") {
    return (
      <Action onAct={() => askToNotify().finally(() => setAsked(true))}>
        Notify me when it is done
      </Action>
    );
  }
  return (
    <span class="small muted" role="status">
      {permission.value === "granted"
        ? "You will be notified when it is done, as long as this page is open in some tab."
        : hasAsked && "This browser does not let the page notify you."}
    </span>
  );
}
