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
            Give Alex what your broker exports of your positions. A team of agents looks through
            every fund, compares with your targets, and simulates your retirement. You see at every
            moment how far they are, and may leave: the report will be here.
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
            No other user sees your data, and you can delete all of it at any time. What Alex writes
            is information, not investment advice.
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
