import type { Connection as State, Watch } from "../live";

const SAID: Record<State, string> = {
  live: "Live",
  reconnecting: "Reconnecting",
  polling: "Updating every few seconds",
  waking: "The database is waking up",
  offline: "Offline",
  over: "",
  idle: "Paused",
  ended: "Signed out",
};

/** The connection state while a job is followed. */
export function Connection({ watch }: { watch: Watch }) {
  const state = watch.connection.value;
  return (
    <span role="status">
      {SAID[state] && <span class={`connection connection-${state}`}>{SAID[state]}</span>}
    </span>
  );
}
