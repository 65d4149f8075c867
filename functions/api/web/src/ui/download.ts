const REVOKED_AFTER_MS = 60_000;

/** Saves a file. Links can't carry a token, so that what needs one is fetched first. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKED_AFTER_MS);
}
