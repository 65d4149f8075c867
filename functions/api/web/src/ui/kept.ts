/**
 * What this browser keeps in localStorage, by whether it belongs to the person or to the device. Both share one prefix.
 */
const PREFIX = "alex.";
const OF_THE_DEVICE = new Set(["alex.theme"]);

/** Removes what belongs to the person: their jobs, their choices, and requests that they have not finished. */
export function forgetPerson(): void {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      const names = Object.keys(storage);
      const personal = names.filter((name) => name.startsWith(PREFIX) && !OF_THE_DEVICE.has(name));
      personal.forEach((name) => storage.removeItem(name));
    }
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
