import type { Connection as State, Watch } from "../live";

const SAID: Record<State, string> = {
  live: "Live",
  reconnecting: "Reconnecting",
  polling: "Polling",
  waking: "The database is waking up",
  offline: "Offline",
  over: "",
  idle: "Paused",
};

/** How the page and the server stand, while a job is watched. */
export function Connection({ watch }: { watch: Watch }) {
  const state = watch.connection.value;
  return (
    <span role="status">
      {SAID[state] && <span class={`connection connection-${state}`}>{SAID[state]}</span>}
    </span>
  );
}
