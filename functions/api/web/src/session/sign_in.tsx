import { useEffect, useRef } from "preact/hooks";
import { TAGLINE } from "../words/tagline";
import type { Session } from "./session";

/** The view for signed-out visitors. */
export function SignIn({ session }: { session: Session }) {
  return (
    <>
      <header class="shell-bar">
        <span class="wordmark">Alex</span>
      </header>
      <main class="page stack-wide">
        <div class="stack hero">
          <h1>{TAGLINE}</h1>
          <p class="muted lead">
            Upload your broker's positions file and get a plain-English report in about a minute:
            what you own inside your funds, what it costs, what could go wrong, and whether it lasts
            through retirement.
          </p>
        </div>
        <div class="stack hero">
          <div>
            <button
              type="button"
              class="primary start-button"
              onClick={() => void session.signIn()}
            >
              Sign in
            </button>
          </div>
          <p class="small muted">
            Only you can see your data, and you can delete all of it at any time. Alex provides
            information, not investment advice.
          </p>
        </div>
      </main>
    </>
  );
}

/** A dialog to sign in again, over the current view. */
export function SignInAgain({ session }: { session: Session }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="stack" aria-labelledby="sign-in-again">
      <h2 id="sign-in-again">Your session expired</h2>
      <p>Sign in to continue; a running analysis continues in the meantime.</p>
      <p>
        <button type="button" class="primary" onClick={() => void session.signIn()}>
          Sign in
        </button>
      </p>
    </dialog>
  );
}
