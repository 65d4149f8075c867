import { useEffect, useRef } from "preact/hooks";
import type { Session } from "./session";

/** A dialog to sign in again, over the current view. */
export function SignInAgain({ session }: { session: Session }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="stack" aria-labelledby="sign-in-again">
      <h2 id="sign-in-again">Your session expired</h2>
      <p>Sign in to continue. An analysis that is running isn't affected.</p>
      <p>
        <button type="button" class="primary" onClick={() => void session.signIn()}>
          Sign in
        </button>
      </p>
    </dialog>
  );
}
