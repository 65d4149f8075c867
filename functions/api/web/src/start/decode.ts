/**
 * The text of a file, to show its lines beside what the server reports about them. The server receives the bytes and
 * decodes them itself; a character that is shown wrong here changes nothing.
 */
export function shownText(bytes: ArrayBuffer): string {
  const utf16 = UTF_16[[...new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))].join()];
  if (utf16) return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

const UTF_16: Record<string, string> = { "255,254": "utf-16le", "254,255": "utf-16be" };
