import { effect, signal, type Signal } from "@preact/signals";
import { store, stored } from "./stored";

/** A choice persisted in this browser; without storage, it lasts until the page is closed. */
export function persistedSignal<T extends string>(
  name: string,
  options: readonly T[],
  otherwise: T,
): Signal<T> {
  const kept = stored("localStorage", name);
  const choice = signal(options.find((option) => option === kept) ?? otherwise);
  effect(() => store("localStorage", name, choice.value));
  return choice;
}
