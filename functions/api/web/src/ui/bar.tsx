import type { Ref } from "preact";

/** A bar whose length follows `setBar`; what it says to screen readers changes by tens. */
export function Bar({ bar, label }: { bar: Ref<HTMLDivElement>; label: string }) {
  return (
    <div
      class="bar"
      ref={bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div class="bar-filled" />
    </div>
  );
}

/** `percent` null: how far it is, nobody knows. */
export function setBar(bar: HTMLElement | null, percent: number | null): void {
  if (!bar) return;
  bar.classList.toggle("bar-unknown", percent === null);
  if (percent === null) {
    bar.removeAttribute("aria-valuenow");
    return;
  }
  bar.style.setProperty("--share", String(percent / 100));
  const tens = String(10 * Math.floor(percent / 10));
  if (bar.getAttribute("aria-valuenow") !== tens) bar.setAttribute("aria-valuenow", tens);
}

export function setText(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
