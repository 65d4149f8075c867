/** Values in the browser's storage, which may be disabled or full; nothing depends on them. */

type Kind = "localStorage" | "sessionStorage";

/** Return a value as it was stored; undefined if there is none. */
export function stored(kind: Kind, key: string): unknown {
  try {
    return JSON.parse(window[kind].getItem(key) ?? "");
  } catch {
    return undefined;
  }
}

/** Store a value that JSON can represent. */
export function store(kind: Kind, key: string, value: unknown): void {
  try {
    window[kind].setItem(key, JSON.stringify(value));
  } catch {
    // The value isn't kept.
  }
}
