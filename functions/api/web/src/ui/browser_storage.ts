/** Data in localStorage and sessionStorage that belongs to the user or to the device. Both use the same prefix. */
const PREFIX = "alex.";
const OF_THE_DEVICE = new Set(["alex.theme"]);

/** Remove the user's data: their jobs, choices, and unfinished requests. */
export function forgetPerson(): void {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      const names = Object.keys(storage);
      const personal = names.filter((name) => name.startsWith(PREFIX) && !OF_THE_DEVICE.has(name));
      personal.forEach((name) => storage.removeItem(name));
    }
  } catch {
    // Storage is disabled, so nothing was kept.
  }
}
