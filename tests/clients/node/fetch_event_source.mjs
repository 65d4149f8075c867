// @microsoft/fetch-event-source follows a job to its end. It was written for pages, and only needs a `window`.
import { fetchEventSource } from "@microsoft/fetch-event-source";

globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

const events = [];
let isOver = false;
await fetchEventSource(process.argv[2], {
  headers: { Authorization: `Bearer ${process.env.TOKEN}` },
  openWhenHidden: true,
  async onopen(response) {
    if (!response.ok) throw new Error(`${response.status}`);
  },
  onmessage({ id, event, data }) {
    events.push({ id, event, ...JSON.parse(data) });
    isOver ||= event === "complete" || event === "failed";
  },
  onclose() {
    if (!isOver) throw new Error("reconnect");
  },
});
console.log(JSON.stringify(events));
