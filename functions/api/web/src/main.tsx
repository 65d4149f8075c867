import { render } from "preact";
import { authorizeWith } from "./api/client";
import type { Config } from "./api/types";
import { App } from "./app";
import "./ui/theme";
import { introduce } from "./words/agents";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");

const TRY_AGAIN_MS = 2000;
const loadSession = () => import("./session/session");

// Load what a signed-in user needs together with the configuration.
const isReturning = hasSession() || new URLSearchParams(location.search).has("state");
if (isReturning) [loadSession(), import("./views/page")].forEach((part) => part.catch(() => null));

const config = await configuration();
introduce(config);
const session = isReturning ? await (await loadSession()).Session.begin(config) : null;
if (session) authorizeWith(session);
root.replaceChildren();
render(<App session={session} onSignIn={signIn} />, root);

/** Redirect to the sign-in service. The code for it is loaded on demand, because visitors may never need it. */
async function signIn(): Promise<void> {
  const { Session } = await loadSession();
  await (session ?? (await Session.begin(config))).signIn();
}

/** Load the deployment's configuration, retrying until it succeeds, because the page needs it. */
async function configuration(): Promise<Config> {
  for (;;) {
    try {
      const answer = await fetch("/config.json");
      if (answer.ok) return (await answer.json()) as Config;
    } catch {
      // The server is unreachable, and the page came from a cache.
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
}

/** Whether this tab has a session, which may have expired. */
function hasSession(): boolean {
  try {
    return Object.keys(sessionStorage).some((key) => key.startsWith("oidc.user:"));
  } catch {
    return false; // storage is disabled
  }
}
