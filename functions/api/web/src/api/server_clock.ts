/**
 * Estimates the server's time from the `Date` header of its responses, because the local clock may be off by any
 * amount.
 *
 * `Date` has whole seconds, rounded down, and the response was created between the request and its arrival. So each
 * response bounds the difference between the clocks from both sides, and all of them together to about ten
 * milliseconds.
 */
export class ServerClock {
  private least = -Infinity;
  private most = Infinity;

  /** Record a response dated `date` to a request sent at `sentAt` and received at `receivedAt`, in ms since 1970. */
  hear(date: number, sentAt: number, receivedAt: number): void {
    if (Number.isNaN(date)) return;
    const [least, most] = [date - receivedAt, date + 1000 - sentAt];
    const [tighterLeast, tighterMost] = [Math.max(this.least, least), Math.min(this.most, most)];
    // Contradictory bounds mean that a clock was set. The latest response takes precedence.
    const isConsistent = tighterLeast <= tighterMost;
    this.least = isConsistent ? tighterLeast : least;
    this.most = isConsistent ? tighterMost : most;
  }

  /** Return the server's time at the local time `now`; equal to `now` before the first response. */
  at(now: number): number {
    return Number.isFinite(this.least) ? now + (this.least + this.most) / 2 : now;
  }
}

/** Updated by every request to the server. */
export const serverClock = new ServerClock();
