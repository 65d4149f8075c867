import { useEffect, useRef } from "preact/hooks";
import type { Session } from "./session";

/** What somebody sees who is not signed in. */
export function SignIn({ session }: { session: Session }) {
  return (
    <main class="page stack">
      <h1>Alex</h1>
      <p>
        Alex analyses an investment portfolio, and shows while it works how far it is and what comes
        next.
      </p>
      <p>
        <button type="button" class="primary" onClick={() => void session.signIn()}>
          Sign in
        </button>
      </p>
    </main>
  );
}

/** Asks again over the view, which stays where it is and is there afterwards. */
export function SignInAgain({ session }: { session: Session }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="stack" aria-labelledby="sign-in-again">
      <h2 id="sign-in-again">Your sign-in has ended</h2>
      <p>Sign in again and you are back here. An analysis that runs goes on meanwhile.</p>
      <p>
        <button type="button" class="primary" onClick={() => void session.signIn()}>
          Sign in
        </button>
      </p>
    </dialog>
  );
}
