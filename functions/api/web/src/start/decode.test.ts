import { describe, expect, it } from "vitest";
import { shownText } from "./decode";

const bytes = (...values: number[]) => new Uint8Array(values).buffer;
const utf16 = (text: string, isLittle: boolean) => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  [...text].forEach((letter, place) => view.setUint16(2 * place, letter.charCodeAt(0), isLittle));
  return view.buffer;
};

describe("the text of a file", () => {
  it.each([
    ["UTF-8", new TextEncoder().encode("S&P 500® für Ödön").buffer],
    ["UTF-8 with a byte order mark", new TextEncoder().encode("\uFEFFS&P 500® für Ödön").buffer],
    ["UTF-16", utf16("\uFEFFS&P 500® für Ödön", true)],
    ["big-endian UTF-16", utf16("\uFEFFS&P 500® für Ödön", false)],
    ["Windows-1252", Uint8Array.from("S&P 500® für Ödön", (letter) => letter.charCodeAt(0)).buffer],
  ])("in %s is shown", (_, file) => {
    expect(shownText(file)).toBe("S&P 500® für Ödön");
  });

  it("may be empty", () => {
    expect(shownText(bytes())).toBe("");
  });
});
