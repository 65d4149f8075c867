import type { Ref } from "preact";

/** A progress bar set by `setBar`; its value for screen readers changes in steps of ten. */
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

/** Set the bar; null means that the percent is unknown. */
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
