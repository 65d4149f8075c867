import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { theme } from "../ui/theme";

interface Props {
  title: string;
  description: string;
  /** Draw the chart. Resolves to a function that removes it. */
  draw: (canvas: HTMLCanvasElement) => Promise<() => void>;
  /** The same data as a table. */
  table: ComponentChildren;
  class?: string;
}

/** A chart that can be switched to its data table. */
export function Figure({ title, description, draw, table, class: kind }: Props) {
  const [isTable, setTable] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const id = useId();

  useEffect(() => {
    if (isTable || !canvas.current) return;
    let undo: (() => void) | null = null;
    let isGone = false;
    draw(canvas.current).then(
      (drawn) => (isGone ? drawn() : (undo = drawn)),
      () => setFailed(true),
    );
    return () => {
      isGone = true;
      undo?.();
    };
  }, [isTable, theme.value]);

  return (
    <figure class={`card figure ${kind ?? ""}`} aria-labelledby={id}>
      <div class="row row-apart">
        <h3 id={id}>{title}</h3>
        {!hasFailed && (
          <button
            type="button"
            class="plain small-button"
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          >
            <span>{isTable ? "Show chart" : "Show table"}</span>
            <span class="unseen"> of {title}</span>
          </button>
        )}
      </div>
      <p class="small muted">{description}</p>
      {isTable || hasFailed ? (
        <div class="scroll" tabIndex={0} role="region" aria-label={title}>
          {table}
        </div>
      ) : (
        <div class="canvas">
          <canvas ref={canvas} role="img" aria-label={`${title}. ${description}`} />
        </div>
      )}
    </figure>
  );
}
