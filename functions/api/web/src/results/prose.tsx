import { useEffect, useRef, useState } from "preact/hooks";

/** A text in Markdown, from whoever wrote it: it is cleaned before it is shown. */
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
        // As it was written: readable, if not pretty.
        <pre class="prose-plain">{markdown}</pre>
      )}
      <div class="prose" ref={place} aria-busy={state === "loading"} />
    </>
  );
}
