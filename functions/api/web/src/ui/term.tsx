import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { GLOSSARY, type TermKey } from "../words/glossary";

const BOX = "explanation";
const GAP_PX = 6;
/** A figure that ends where those beside it end. */
const FIGURE = ".key-figures > div";

/** A term that `Explanation` explains. */
export function Term({ of, children }: { of: TermKey; children: ComponentChildren }) {
  return (
    <button type="button" class="term" data-term={of} aria-expanded={false}>
      {children}
    </button>
  );
}

/** The same as an element, for texts that are rendered without components. */
export function termElement(of: TermKey, words: string): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "term";
  button.dataset["term"] = of;
  button.ariaExpanded = "false";
  button.textContent = words;
  return button;
}

interface Shown {
  term: HTMLElement;
  key: TermKey;
}

/**
 * The box that explains terms: on hover, on focus, and on click or tap, which keeps it open. Escape closes it, as does a
 * click elsewhere. It serves every term of the page and must be rendered exactly once.
 */
export function Explanation() {
  const box = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const isKept = useRef(false);

  useEffect(() => {
    const hide = () => {
      isKept.current = false;
      setShown(null);
    };
    const show = (event: Event) => {
      const term = termOf(event);
      if (term) setShown({ term, key: term.dataset["term"] as TermKey });
    };
    const leave = (event: Event) => {
      const to = (event as PointerEvent | FocusEvent).relatedTarget as Node | null;
      const isInside = box.current?.contains(to) || termOf({ target: to });
      if (!isKept.current && !isInside && (termOf(event) || isIn(box.current, event))) hide();
    };
    const click = (event: Event) => {
      const term = termOf(event);
      if (!term) {
        if (!isIn(box.current, event)) hide();
      } else if (isKept.current && term.ariaExpanded === "true") {
        hide();
      } else {
        isKept.current = true;
        show(event);
      }
    };
    const key = (event: KeyboardEvent) => event.key === "Escape" && hide();
    const listeners: [string, (event: never) => void][] = [
      ["pointerover", show],
      ["focusin", show],
      ["pointerout", leave],
      ["focusout", leave],
      ["click", click],
      ["keydown", key],
    ];
    listeners.forEach(([name, on]) => document.addEventListener(name, on as EventListener));
    addEventListener("resize", hide);
    return () => {
      listeners.forEach(([name, on]) => document.removeEventListener(name, on as EventListener));
      removeEventListener("resize", hide);
    };
  }, []);

  useEffect(() => {
    if (!shown || !box.current) return;
    const { term } = shown;
    place(box.current, term);
    term.ariaExpanded = "true";
    term.setAttribute("aria-describedby", BOX);
    return () => {
      term.ariaExpanded = "false";
      term.removeAttribute("aria-describedby");
    };
  }, [shown]);

  return (
    <div id={BOX} ref={box} class="explanation" role="tooltip" hidden={!shown}>
      {shown && GLOSSARY[shown.key].text}
    </div>
  );
}

function termOf({ target }: { target: EventTarget | null }): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-term]") : null;
}

function isIn(box: HTMLElement | null, { target }: Event): boolean {
  return target instanceof Node && Boolean(box?.contains(target));
}

/**
 * Place the box below the term, or above it where there is no room, within the width of the page. Among figures side by
 * side, it is below all of them.
 */
function place(box: HTMLElement, term: HTMLElement): void {
  const at = term.getBoundingClientRect();
  const bottom = term.closest(FIGURE)?.getBoundingClientRect().bottom ?? at.bottom;
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.min(
    Math.max(at.left, GAP_PX),
    document.documentElement.clientWidth - width - GAP_PX,
  );
  const below = bottom + GAP_PX;
  const top = below + height > innerHeight ? at.top - height - GAP_PX : below;
  box.style.setProperty("--left", `${left + scrollX}px`);
  box.style.setProperty("--top", `${top + scrollY}px`);
}
