/**
 * The percent that is shown between two sightings of the server's: it never goes back within an attempt, never stops, and
 * never reads 100 before the end.
 *
 * Times are milliseconds on a monotonic clock of this page (`performance.now()`); nothing here reads a clock.
 */

/** How far the work was when the server was asked. */
export interface Sighting {
  /** 0 to 99, rounded down, as the server tells it. */
  percent: number;
  /** Until the expected end. */
  remainingMs: number;
  attempt: number;
}

/** After so long, two thirds of a gap to where the work should be are made up for. */
const CATCH_UP_MS = 700;
/** How fast a percent that is ahead of the work goes on, as a share of the work's own pace. */
const HELD_BACK = 0.5;
const LEAST_REMAINING_MS = 500;
/** The server rounds down, so that its percent is half a point more on average. */
const ROUNDED_OFF = 0.5;

/**
 * The share still to do when `passed` times the expected remaining time has gone by without news. A straight line at
 * first; then slower and slower, because no news is no reason to believe that the work is about to end.
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

  /** What the server said, heard at `now`. One that is older than what is known already changes nothing. */
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

  /** The percent at `now`, below 100; null before the first sighting. */
  at(now: number): number | null {
    const { course } = this;
    if (!course) return null;
    if (now > this.shownAt) {
      const [before, after] = [expectedLeft(course, this.shownAt), expectedLeft(course, now)];
      this.shown = 100 - advance(100 - this.shown, before, after, now - this.shownAt);
      this.shownAt = now;
    }
    return this.shown;
  }

  private isOutdated(sighting: Sighting, known: Course): boolean {
    return sighting.attempt === known.attempt && sighting.percent < known.percent;
  }
}

/** The percent still to do, as the server's last word has it. */
function expectedLeft(course: Course, now: number): number {
  const remainingMs = Math.max(course.remainingMs, LEAST_REMAINING_MS);
  const left = 100 - Math.min(course.percent + ROUNDED_OFF, 99.5);
  return left * stillToDo((now - course.seenAt) / remainingMs);
}

/**
 * What the display has still to do once `passedMs` went by, in which the work went from `before` to `after`. All of it
 * in proportion to what is left, so that no step can reach the end.
 */
function advance(left: number, before: number, after: number, passedMs: number): number {
  const closing = after * (left / before) ** Math.exp(-passedMs / CATCH_UP_MS);
  return left >= before ? closing : Math.min(closing, left * (after / before) ** HELD_BACK);
}
