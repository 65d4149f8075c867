/** Keeps the focus where the user works when the page changes there. */

import type { Ref } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const FOCUSABLE = "a, button, input, summary";

/** Return the ref of a button that opens a form. The button receives the focus when the form closes. */
export function useFocusAfter(isOpen: boolean): Ref<HTMLButtonElement> {
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return button;
}

/**
 * Call it in a component that moves or removes parts of the page. If its rendering takes the focus from an element, the
 * element receives it again, or else what is nearest to its place.
 */
export function useKeptFocus(): void {
  // The page still is as before this rendering.
  const places = nearest(document.activeElement);
  useLayoutEffect(() => {
    if (document.activeElement !== document.body) return;
    for (const place of places) {
      const target = place.matches(FOCUSABLE) ? place : place.querySelector(FOCUSABLE);
      if (place.isConnected && target instanceof HTMLElement) target.focus();
      if (document.activeElement !== document.body) return;
    }
  });
}

/** Return an element, those after and those before it, and the same for what contains it, from the inside out. */
function nearest(element: Element | null): Element[] {
  const found: Element[] = [];
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    const siblings = [...(at.parentElement?.children ?? [])];
    const place = siblings.indexOf(at);
    found.push(at, ...siblings.slice(place + 1), ...siblings.slice(0, place).reverse());
  }
  return found;
}
