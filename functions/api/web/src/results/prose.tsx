import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

type Render = (markdown: string) => DocumentFragment;

/** Null until it is loaded; `failed` if it can't be. */
const renderer = signal<Render | "failed" | null>(null);

/** Load what `Prose` needs. Returns whether it is there, or never will be, so that texts don't push others down. */
export function useProse(): boolean {
  useEffect(() => {
    if (typeof renderer.value === "function") return;
    import("./render_markdown").then(
      ({ renderMarkdown }) => (renderer.value = renderMarkdown),
      () => (renderer.value = "failed"),
    );
  }, []);
  return renderer.value !== null;
}

/** Markdown from any source, sanitized before it is shown. Requires `useProse`. */
export function Prose({ markdown }: { markdown: string }) {
  const place = useRef<HTMLDivElement>(null);
  const render = renderer.value;
  useLayoutEffect(() => {
    if (typeof render === "function") place.current?.replaceChildren(render(markdown));
  }, [render, markdown]);
  // Fall back to the raw text.
  if (render === "failed") return <pre class="prose-plain">{markdown}</pre>;
  return <div class="prose" ref={place} />;
}
