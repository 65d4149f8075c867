import { computed, effect, signal } from "@preact/signals";
import { remembered } from "./remembered";

const dark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(dark.matches);
dark.addEventListener("change", () => (systemIsDark.value = dark.matches));

/** What a person chose; `system` follows the machine. */
export const chosenTheme = remembered("alex.theme", ["system", "light", "dark"] as const, "system");

/** What is shown. */
export const theme = computed(() =>
  chosenTheme.value === "system" ? (systemIsDark.value ? "dark" : "light") : chosenTheme.value,
);

// After every change of it, before anything that depends on the colours is drawn again.
effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
