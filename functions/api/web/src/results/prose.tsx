import { useEffect, useRef, useState } from "preact/hooks";

/** Markdown from any source, sanitized before it is shown. */
export function Prose({ markdown }: { markdown: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  useEffect(() => {
    let isCurrent = true;
    import("./render_markdown").then(
      ({ renderMarkdown }) => {
        if (!isCurrent) return;
        place.current?.replaceChildren(renderMarkdown(markdown));
        setState("shown");
      },
      () => isCurrent && setState("failed"),
    );
    return () => {
      isCurrent = false;
    };
  }, [markdown]);
  return (
    <>
      {state === "failed" && (
        // Fall back to the raw text.
        <pre class="prose-plain">{markdown}</pre>
      )}
      <div class="prose" ref={place} aria-busy={state === "loading"} />
    </>
  );
}
