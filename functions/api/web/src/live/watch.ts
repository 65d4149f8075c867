import { batch, effect, signal } from "@preact/signals";
import { isActive, type JobEvent } from "../api/types";
import { Follower, type News } from "./follower";
import type { Connection, JobView, Watch } from "./index";
import { permission, notifyEnd } from "./notification";
import { Pause } from "./pause";
import { lastSeen, remember } from "./last_seen_event";
import { sourceOf } from "./source";
import { Tabs, type Message } from "./tabs";
import { showInTitle } from "./title";
import { isForgotten, isHidden, onSeen } from "./visibility";

const GIVE_WAY_MS = 500;

/** Follow a job of `person` (their id, so that two users of one browser never receive each other's jobs). */
export function watch(person: string, jobId: string): Watch {
  return new JobWatch(person, jobId);
}

/**
 * The state of a job, shared between tabs: the tab that holds the lock follows the job and broadcasts to the others, in
 * order. A hidden tab yields to a visible one, because browsers throttle its timers.
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

  /** Follow the job whenever this tab holds the lock. */
  private async lead(): Promise<void> {
    const { signal: stopped } = this.stopping;
    while (!stopped.aborted) {
      // The visible tab may not be in the queue yet; wait so that this tab doesn't reacquire the lock first.
      if (this.mustYield) await new Promise((resolve) => setTimeout(resolve, GIVE_WAY_MS));
      await this.tabs.alone(stopped, () => this.follow());
    }
  }

  /** Keep the lock when the job has ended: another tab may not have received that yet, and would poll again. */
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
      // With notifications allowed, keep polling even if the page is hidden for long.
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

  /** Make the leader poll now, even if the job was over. */
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
      notifyEnd({ ...this.job.value, ...news.job });
    }
    this.apply(news);
    this.tabs.tell({ kind: "news", news });
  }

  private apply(news: News): void {
    batch(() => {
      const before = this.job.value;
      if (news.job && (before === null || news.job.version >= before.version)) {
        // The stream's view has no results; keep those already delivered.
        this.job.value = { ...before, ...news.job };
      }
      // A response without a job means that nothing has changed.
      if (news.connection === "live" || news.connection === "polling") {
        this.receivedAt.value = performance.now();
      }
      if (news.events) this.append(news.events);
      if (news.connection) this.connection.value = news.connection;
      if (news.isMissing !== undefined) this.isMissing.value = news.isMissing;
    });
  }

  /** Append each event once. After a gap, request everything again, because this tab joined late. */
  private append(events: readonly JobEvent[]): void {
    const fresh = events.filter(({ seq }) => seq > this.newest());
    if (!this.isLeader && fresh[0] && fresh[0].seq > this.newest() + 1) {
      this.tabs.tell({ kind: "hello" });
      return;
    }
    if (fresh.length > 0) this.events.value = [...this.events.value, ...fresh];
    this.look();
  }

  /** Mark the shown events as seen. Only the first view, and the first after an absence, summarize missed events. */
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
