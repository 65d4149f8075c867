import { useState } from "preact/hooks";
import { askToNotify, permission } from "../live/notification";
import { Action } from "../ui/action";

/** Offers to tell the end to someone who looks elsewhere meanwhile; says what came of the offer. */
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
    <span class="small soft" role="status">
      {permission.value === "granted"
        ? "You will be notified when it is done, as long as this page is open in some tab."
        : hasAsked && "This browser does not let the page notify you."}
    </span>
  );
}
