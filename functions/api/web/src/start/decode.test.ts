import { describe, expect, it } from "vitest";
import { decode } from "./decode";

const bytes = (...values: number[]) => new Uint8Array(values).buffer;
const utf16 = (text: string, isLittle: boolean) => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  [...text].forEach((letter, place) => view.setUint16(2 * place, letter.charCodeAt(0), isLittle));
  return view.buffer;
};

describe("a file", () => {
  it.each([
    ["UTF-8", new TextEncoder().encode("S&P 500® für Ödön").buffer],
    ["UTF-8 with a mark", new TextEncoder().encode("\uFEFFS&P 500® für Ödön").buffer],
    ["UTF-16", utf16("\uFEFFS&P 500® für Ödön", true)],
    ["UTF-16, the other way round", utf16("\uFEFFS&P 500® für Ödön", false)],
    ["Windows' own", Uint8Array.from("S&P 500® für Ödön", (letter) => letter.charCodeAt(0)).buffer],
  ])("in %s is read", (_, file) => {
    expect(decode(file)).toBe("S&P 500® für Ödön");
  });

  it("may be empty", () => {
    expect(decode(bytes())).toBe("");
  });

  it.each([
    ["a picture", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0)],
    ["a spreadsheet", bytes(0x50, 0x4b, 3, 4, 0x14, 0, 6, 0)],
    ["UTF-16 that is cut off", bytes(0xff, 0xfe, 0x41)],
    ["UTF-16 without a mark", utf16("account", true)],
  ])("that is %s is no text", (_, file) => {
    expect(decode(file)).toBeNull();
  });
});
