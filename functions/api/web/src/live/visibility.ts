/** Whether anyone can see the page, and for how long nobody could. */

const FORGOTTEN_MS = 5 * 60_000;

let hiddenSince: number | null = document.hidden ? performance.now() : null;

document.addEventListener("visibilitychange", () => {
  hiddenSince = document.hidden ? performance.now() : null;
});

export const isHidden = (): boolean => document.hidden;

/** Hidden for so long that nobody waits here. */
export const isForgotten = (): boolean =>
  hiddenSince !== null && performance.now() - hiddenSince >= FORGOTTEN_MS;

/** Calls back when the page is seen again. Answers how to stop that. */
export function onSeen(callback: () => void): () => void {
  const listener = () => {
    if (!document.hidden) callback();
  };
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
