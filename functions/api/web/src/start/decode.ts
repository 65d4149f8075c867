/**
 * Decode a file to show its lines next to the server's messages. The server receives and decodes the bytes itself, so a
 * wrong character here has no effect.
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
