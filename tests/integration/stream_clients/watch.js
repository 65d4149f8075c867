// Watches a job as a page in a browser would, with an EventSource that sends the token. A line of JSON an event.
// node watch.js URL: the token is in the variable TOKEN. Ends when the server says that there is nothing more.
import { EventSource } from "eventsource";

const authorization = { Authorization: `Bearer ${process.env.TOKEN}` };
const source = new EventSource(process.argv[2], {
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...authorization } }),
});

const tell = (line) => console.log(JSON.stringify(line));

for (const name of ["progress", "status", "complete", "failed", "heartbeat"]) {
  source.addEventListener(name, ({ data, lastEventId }) => {
    const id = name === "heartbeat" ? null : Number(lastEventId);
    tell({ name, id, data: JSON.parse(data) });
  });
}
source.addEventListener("open", () => tell({ name: "open" }));
source.addEventListener("error", ({ code, message }) => {
  if (source.readyState === EventSource.CLOSED) tell({ name: "closed", code, message });
});
