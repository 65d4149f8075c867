import { batch, effect, signal } from "@preact/signals";
import { isActive, type JobEvent } from "../api/types";
import { Follower, type News } from "./follower";
import type { Connection, JobView, Watch } from "./index";
import { permission, tellEnd } from "./notification";
import { Pause } from "./pause";
import { lastSeen, remember } from "./seen";
import { sourceOf } from "./source";
import { Tabs, type Message } from "./tabs";
import { showInTitle } from "./title";
import { isForgotten, isHidden, onSeen } from "./visibility";

const GIVE_WAY_MS = 500;

/** Watches a job of `person` (their id, so that two people in one browser never hear of each other's jobs). */
export function watch(person: string, jobId: string): Watch {
  return new JobWatch(person, jobId);
}

/**
 * What is known of a job, and where it comes from: of all tabs that watch it, the one that holds the lock follows it and
 * tells the others, in its order. A hidden tab gives way to one that is seen, because browsers slow its timers down.
 */
class JobWatch implements Watch {
  readonly job = signal<JobView | null>(null);
  readonly receivedAt = signal(0);
  readonly events = signal<readonly JobEvent[]>([]);
  readonly connection = signal<Connection>("live");
  readonly missed = signal<readonly JobEvent[]>([]);
  readonly isMissing = signal(false);

  private readonly tabs: Tabs;
  private readonly pause = new Pause();
  private readonly stopping = new AbortController();
  private isLeader = false;
  private mustYield = false;
  private readonly cleanUp: (() => void)[];
  private seen: number | null;

  constructor(
    person: string,
    private readonly jobId: string,
  ) {
    this.seen = lastSeen(jobId);
    this.tabs = new Tabs(`alex.${person}.${jobId}`, (message) => this.hear(message));
    this.tabs.tell({ kind: "hello" });
    if (!isHidden()) this.tabs.tell({ kind: "yield" });
    const look = () => this.wake();
    addEventListener("online", look);
    this.cleanUp = [
      () => removeEventListener("online", look),
      onSeen(() => this.onSeen()),
      effect(() => showInTitle(this.job.value)),
      () => showInTitle(null),
    ];
    void this.lead();
  }

  refresh(): void {
    this.lookAgain();
    this.tabs.tell({ kind: "look" });
  }

  stop(): void {
    this.stopping.abort();
    this.pause.end();
    for (const undo of this.cleanUp) undo();
    this.tabs.leave();
  }

  /** Follows the job whenever it is this tab's turn. */
  private async lead(): Promise<void> {
    const { signal: stopped } = this.stopping;
    while (!stopped.aborted) {
      // The tab that is seen may not be in the queue yet; whoever gave way to it must not be ahead of it.
      if (this.mustYield) await new Promise((resolve) => setTimeout(resolve, GIVE_WAY_MS));
      await this.tabs.alone(stopped, () => this.follow());
    }
  }

  /** It stays this tab's turn when the job is over: another one may not have heard of that yet, and would ask again. */
  private async follow(): Promise<void> {
    this.mustYield = false;
    this.isLeader = true;
    try {
      while (!this.hasToStop()) {
        if (this.isOver()) await this.pause.until(Infinity);
        else await this.follower().run();
      }
    } finally {
      this.isLeader = false;
    }
  }

  private follower(): Follower {
    const around = {
      publish: (news: News) => this.publish(news),
      pause: (ms: number) => this.pause.until(ms),
      isStopped: () => this.hasToStop(),
      // Who wants to be told of the end waits for it, however long nobody looks.
      isForgotten: () => isForgotten() && permission.value !== "granted",
      isOnline: () => navigator.onLine,
      random: Math.random,
    };
    return new Follower(sourceOf(this.jobId), around, this.newest());
  }

  private hasToStop(): boolean {
    return this.stopping.signal.aborted || this.mustYield;
  }

  private newest(): number {
    return this.events.value.at(-1)?.seq ?? 0;
  }

  private wake(): void {
    if (this.isLeader) this.pause.end();
  }

  /** Whoever follows looks at once; whoever thought that it was over, thinks again. */
  private lookAgain(): void {
    if (this.isOver()) this.connection.value = "live";
    this.wake();
  }

  private isOver(): boolean {
    return this.connection.value === "over";
  }

  private publish(news: News): void {
    if (this.stopping.signal.aborted) return;
    if (news.job && this.job.value && isActive(this.job.value) && !isActive(news.job)) {
      tellEnd({ ...this.job.value, ...news.job });
    }
    this.apply(news);
    this.tabs.tell({ kind: "news", news });
  }

  private apply(news: News): void {
    batch(() => {
      const before = this.job.value;
      if (news.job && (before === null || news.job.version >= before.version)) {
        // A view of the stream is without results; those that were delivered stay.
        this.job.value = { ...before, ...news.job };
        this.receivedAt.value = performance.now();
      }
      if (news.events) this.append(news.events);
      if (news.connection) this.connection.value = news.connection;
      if (news.isMissing !== undefined) this.isMissing.value = news.isMissing;
    });
  }

  /** Each event once, whoever told of it. After a gap everything is asked for again: this tab came in the middle. */
  private append(events: readonly JobEvent[]): void {
    const fresh = events.filter(({ seq }) => seq > this.newest());
    if (!this.isLeader && fresh[0] && fresh[0].seq > this.newest() + 1) {
      this.tabs.tell({ kind: "hello" });
      return;
    }
    if (fresh.length > 0) this.events.value = [...this.events.value, ...fresh];
    this.look();
  }

  /** What is shown counts as seen. Only the first look and the first after an absence sum up what was missed. */
  private look(): void {
    const newest = this.events.value.at(-1)?.seq;
    if (isHidden() || newest === undefined) return;
    if (this.seen !== null) {
      const { seen } = this;
      this.missed.value = this.events.value.filter(({ seq }) => seq > seen);
      this.seen = null;
    }
    remember(this.jobId, newest);
  }

  private onSeen(): void {
    this.seen = lastSeen(this.jobId);
    this.look();
    this.tabs.tell({ kind: "yield" });
    if (this.isLeader) this.pause.end();
  }

  private hear(message: Message): void {
    switch (message.kind) {
      case "news":
        return this.apply(message.news);
      case "all":
        if (message.events.length > this.events.value.length) this.events.value = message.events;
        return this.apply({ ...message.news, events: [] });
      case "look":
        return this.lookAgain();
      case "hello":
        return this.isLeader || this.isOver() ? this.tellAll() : undefined;
      case "yield":
        if (!this.isLeader || !isHidden()) return;
        this.mustYield = true;
        this.pause.end();
    }
  }

  private tellAll(): void {
    const job = this.job.value;
    const news = { connection: this.connection.value, ...(job ? { job } : {}) };
    this.tabs.tell({ kind: "all", news, events: [...this.events.value] });
  }
}
