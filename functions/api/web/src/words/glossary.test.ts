import { expect, it } from "vitest";
import { GLOSSARY, mentions } from "./glossary";

it("finds terms as they are written, and only whole words", () => {
  const found = mentions(
    "Volatility is not a medianly thing. In today's dollars, asset classes vary.",
  );
  expect(found.map(({ key, words }) => [key, words])).toEqual([
    ["volatility", "Volatility"],
    ["todays_dollars", "today's dollars"],
    ["asset_class", "asset classes"],
  ]);
});

it("explains each term in short, complete sentences", () => {
  for (const { text } of Object.values(GLOSSARY)) {
    expect(text.length).toBeLessThan(200);
    expect(text).toMatch(/\.$/);
  }
});
