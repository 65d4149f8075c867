/**
 * What time it is at the server, from the `Date` of its answers: the clock of this machine may be wrong by any amount.
 *
 * `Date` has whole seconds, rounded down, and the answer was made between the request and its arrival. Each answer so
 * bounds the difference between the clocks from both sides, and all of them together to some ten milliseconds.
 */
export class ServerClock {
  private least = -Infinity;
  private most = Infinity;

  /** An answer dated `date` to a request sent at `sentAt`, here at `receivedAt`; all in milliseconds since 1970. */
  hear(date: number, sentAt: number, receivedAt: number): void {
    if (Number.isNaN(date)) return;
    const [least, most] = [date - receivedAt, date + 1000 - sentAt];
    const [tighterLeast, tighterMost] = [Math.max(this.least, least), Math.min(this.most, most)];
    // Bounds that contradict each other: one of the clocks was set. What was heard last counts.
    const isConsistent = tighterLeast <= tighterMost;
    this.least = isConsistent ? tighterLeast : least;
    this.most = isConsistent ? tighterMost : most;
  }

  /** The server's time when this machine's clock says `now`; the same, as long as nothing was heard. */
  at(now: number): number {
    return Number.isFinite(this.least) ? now + (this.least + this.most) / 2 : now;
  }
}

/** Heard of by whatever asks the server. */
export const serverClock = new ServerClock();
