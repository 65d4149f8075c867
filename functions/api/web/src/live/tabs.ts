/** The tabs of one browser that watch the same job: one of them asks, the others listen to it. */

import type { JobEvent } from "../api/types";
import type { News } from "./follower";

/** `hello`: a tab came, and wants to know all that is known. `look`: ask at once. `yield`: a tab that is seen would ask. */
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

  /** Runs `task` as soon as no other tab does the like; the browser passes this on when a tab dies in any way. */
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
