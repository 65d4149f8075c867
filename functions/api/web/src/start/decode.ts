/**
 * The text of a file as programs of today save it: UTF-8, UTF-16 with its mark, or what Windows writes in English
 * (1252). Null for what is no text. API Gateway passes on texts in UTF-8 only, so this has to be known here.
 */
export function decode(bytes: ArrayBuffer): string | null {
  const utf16 = UTF_16[[...new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))].join()];
  const text = utf16
    ? decoded(bytes, utf16)
    : (decoded(bytes, "utf-8") ?? decoded(bytes, "windows-1252"));
  return text === null || NO_TEXT.test(text) ? null : text;
}

const UTF_16: Record<string, string> = { "255,254": "utf-16le", "254,255": "utf-16be" };
/** What no text holds, and what pictures and archives begin with. */
const NO_TEXT = /[\0-\x08\x0e-\x1f]/;

function decoded(bytes: ArrayBuffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null; // It is in another one.
  }
}
