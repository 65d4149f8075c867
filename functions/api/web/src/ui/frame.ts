/** Animation frames. */

import { useEffect, useRef } from "preact/hooks";

const SLOW_MS = 1000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Call `draw` with `performance.now()` on every frame while `isMoving`, or every second with reduced motion. */
export function useFrames(draw: (now: number) => void, isMoving: boolean): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    latest.current(performance.now());
    if (!isMoving) return;
    if (calm.matches) {
      const timer = setInterval(() => latest.current(performance.now()), SLOW_MS);
      return () => clearInterval(timer);
    }
    let frame = requestAnimationFrame(function again(now) {
      latest.current(Math.max(now, 0));
      frame = requestAnimationFrame(again);
    });
    return () => cancelAnimationFrame(frame);
  }, [isMoving]);
}
