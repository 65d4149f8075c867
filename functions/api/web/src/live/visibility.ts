/** Tracks whether the page is visible, and for how long it has been hidden. */

const FORGOTTEN_MS = 5 * 60_000;

let hiddenSince: number | null = document.hidden ? performance.now() : null;

document.addEventListener("visibilitychange", () => {
  hiddenSince = document.hidden ? performance.now() : null;
});

export const isHidden = (): boolean => document.hidden;

/** Hidden for so long that polling can stop. */
export const isForgotten = (): boolean =>
  hiddenSince !== null && performance.now() - hiddenSince >= FORGOTTEN_MS;

/** Call `callback` when the page becomes visible again. Returns a function that unsubscribes. */
export function onSeen(callback: () => void): () => void {
  const listener = () => {
    if (!document.hidden) callback();
  };
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
