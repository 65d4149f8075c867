import { computed, effect, signal } from "@preact/signals";
import { persistedSignal } from "./persisted_signal";

const dark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(dark.matches);
dark.addEventListener("change", () => (systemIsDark.value = dark.matches));

/** The user's choice; `system` follows the operating system. */
export const chosenTheme = persistedSignal(
  "alex.theme",
  ["system", "light", "dark"] as const,
  "system",
);

/** The effective theme. */
export const theme = computed(() =>
  chosenTheme.value === "system" ? (systemIsDark.value ? "dark" : "light") : chosenTheme.value,
);

// Runs on every change, before components that depend on the colors are redrawn.
effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
