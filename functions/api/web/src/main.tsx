import { render } from "preact";
import { authorizeWith } from "./api/client";
import type { Config } from "./api/types";
import { App } from "./app";
import { Session } from "./session/session";
import { introduce } from "./words/agents";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");

const TRY_AGAIN_MS = 2000;

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

const config = await configuration();
introduce(config.agents);
const session = await Session.begin(config);
authorizeWith(session);
root.replaceChildren();
render(<App session={session} />, root);
