import { effect, signal, type Signal } from "@preact/signals";

/** A choice persisted in this browser; without storage, it lasts until the page is closed. */
export function persistedSignal<T extends string>(
  name: string,
  options: readonly T[],
  otherwise: T,
): Signal<T> {
  const choice = signal(read(name, options) ?? otherwise);
  effect(() => write(name, choice.value));
  return choice;
}

function read<T extends string>(name: string, options: readonly T[]): T | undefined {
  try {
    const stored = localStorage.getItem(name);
    return options.find((option) => option === stored);
  } catch {
    return undefined; // storage is disabled
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is disabled or full: nothing depends on it.
  }
}
