/** Coordinates the tabs of one browser that follow the same job: only one tab polls; the others follow it. */

import type { JobEvent } from "../api/types";
import type { News } from "./follower";

/** `hello`: a new tab requests the current state. `look`: poll now. `yield`: a visible tab wants to poll instead. */
export type Message =
  | { kind: "news"; news: News }
  | { kind: "all"; news: News; events: JobEvent[] }
  | { kind: "hello" }
  | { kind: "look" }
  | { kind: "yield" };

export class Tabs {
  private readonly channel: BroadcastChannel;

  constructor(
    private readonly name: string,
    hear: (message: Message) => void,
  ) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<Message>) => hear(event.data);
  }

  tell(message: Message): void {
    this.channel.postMessage(message);
  }

  /** Run `task` once no other tab runs it; the browser releases the lock when a tab closes or crashes. */
  async alone(signal: AbortSignal, task: () => Promise<void>): Promise<void> {
    try {
      await navigator.locks.request(this.name, { signal }, task);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  leave(): void {
    this.channel.close();
  }
}
