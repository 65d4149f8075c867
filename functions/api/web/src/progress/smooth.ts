/**
 * The percent shown between two sightings of the server's: within an attempt it never decreases, stops only at its
 * limit, and never reaches 100 before the end.
 *
 * Times are milliseconds on a monotonic clock of this page (`performance.now()`); nothing here reads a clock.
 */

/** The progress of the work at the time of a request. */
export interface Sighting {
  /** 0 to 99, rounded down by the server. */
  percent: number;
  /** Milliseconds until the expected end. */
  remainingMs: number;
  /** The highest percent until the agents report again; null if they report nothing. */
  limit: number | null;
  attempt: number;
}

/** The time constant for catching up: two thirds of a gap close in this time. */
const CATCH_UP_MS = 700;
/** The speed of a percent that is ahead of the work, as a share of the work's own pace. */
const HELD_BACK = 0.5;
const LEAST_REMAINING_MS = 500;
/** The server rounds down, so the true percent is half a point higher on average. */
const ROUNDED_OFF = 0.5;

/**
 * Return the share still to do after `passed` times the expected remaining time without news. Linear at first, then
 * slower and slower, because a lack of news doesn't mean that the end is near.
 */
export function stillToDo(passed: number): number {
  return passed <= 0.5 ? 1 - passed : 0.25 / passed;
}

interface Course extends Sighting {
  seenAt: number;
}

export class SmoothPercent {
  private course: Course | null = null;
  private shown = 0;
  private shownAt = 0;

  /** Record the server's percent, received at `now`. Outdated sightings are ignored. */
  see(sighting: Sighting, now: number): void {
    const known = this.course;
    if (known && (sighting.attempt < known.attempt || this.isOutdated(sighting, known))) return;
    if (known?.attempt === sighting.attempt) {
      this.at(now);
    } else {
      this.shown = sighting.percent;
      this.shownAt = now;
    }
    this.course = { ...sighting, seenAt: now };
  }

  /** Return the percent at `now`, below 100; null before the first sighting. */
  at(now: number): number | null {
    const { course } = this;
    if (!course) return null;
    if (now > this.shownAt) {
      const [before, after] = [expectedLeft(course, this.shownAt), expectedLeft(course, now)];
      const next = 100 - advance(100 - this.shown, before, after, now - this.shownAt);
      this.shown = Math.min(next, Math.max(this.shown, course.limit ?? next));
      this.shownAt = now;
    }
    return this.shown;
  }

  private isOutdated(sighting: Sighting, known: Course): boolean {
    return sighting.attempt === known.attempt && sighting.percent < known.percent;
  }
}

/** Return the percent still to do, extrapolated from the latest sighting. */
function expectedLeft(course: Course, now: number): number {
  const remainingMs = Math.max(course.remainingMs, LEAST_REMAINING_MS);
  const left = 100 - Math.min(course.percent + ROUNDED_OFF, 99.5);
  return left * stillToDo((now - course.seenAt) / remainingMs);
}

/**
 * Return the percent still to show after `passedMs`, in which the expected remaining work went from `before` to
 * `after`. Every step is proportional to the remainder, so none can reach the end.
 */
function advance(left: number, before: number, after: number, passedMs: number): number {
  const closing = after * (left / before) ** Math.exp(-passedMs / CATCH_UP_MS);
  return left >= before ? closing : Math.min(closing, left * (after / before) ** HELD_BACK);
}
