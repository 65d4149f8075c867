import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

let previous = Promise.resolve();

/** A part of a long page, drawn in a task of its own after the parts before it, so that drawing never blocks input. */
export function Later({ children }: { children: ComponentChildren }) {
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    previous = previous.then(nextTask).then(() => setDrawn(true));
  }, []);
  return isDrawn ? <>{children}</> : null;
}

const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve));
