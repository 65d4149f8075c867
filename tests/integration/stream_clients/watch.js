// Watches a job as a page in a browser would, with an EventSource that sends the token. Prints one line of JSON per event.
// node watch.js URL: the token is in the variable TOKEN. Ends when the server closes the stream with 204.
import { EventSource } from "eventsource";

const authorization = { Authorization: `Bearer ${process.env.TOKEN}` };
const source = new EventSource(process.argv[2], {
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...authorization } }),
});

const print = (line) => console.log(JSON.stringify(line));

for (const name of ["progress", "status", "complete", "failed", "heartbeat"]) {
  source.addEventListener(name, ({ data, lastEventId }) => {
    const id = name === "heartbeat" ? null : Number(lastEventId);
    print({ name, id, data: JSON.parse(data) });
  });
}
source.addEventListener("open", () => print({ name: "open" }));
source.addEventListener("error", ({ code, message }) => {
  if (source.readyState === EventSource.CLOSED) print({ name: "closed", code, message });
});
