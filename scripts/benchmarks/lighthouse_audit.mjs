// Audits one page with Lighthouse and prints a JSON document per round, each with a new browser's empty cache.
// Standard input is a JSON object with the keys program, flags, rounds, session and address; see lighthouse.py.
import { readFileSync } from "node:fs";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const { program, flags, rounds, session, address } = JSON.parse(readFileSync(0));
/** Chromium's traces sometimes lack the start of the navigation. Lighthouse then asks to be run again. */
const MOST_UNTRACED = 3;
let untraced = 0;
for (let round = 0; round < rounds; round++) {
  const browser = await puppeteer.launch({ executablePath: program, args: flags });
  try {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument((entries) => {
      for (const [key, value] of entries) sessionStorage.setItem(key, value);
    }, session);
    const { lhr } = await lighthouse(address, { disableStorageReset: true, logLevel: "error" }, undefined, page);
    if (lhr.runtimeError?.code === "NO_NAVSTART" && ++untraced <= MOST_UNTRACED) {
      round--;
      continue;
    }
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const { categories, audits } = lhr;
    const observed = audits.metrics.details.items[0];
    console.log(
      JSON.stringify({
        scores: Object.values(categories).map(({ score }) => Math.round(score * 100)),
        kilobytes: audits["total-byte-weight"].numericValue / 1000,
        paint_s: observed.observedLargestContentfulPaint / 1000,
        shift: observed.observedCumulativeLayoutShift,
        blocking_ms: audits["total-blocking-time"].numericValue,
        failed: Object.values(audits)
          .filter(({ score, scoreDisplayMode }) => score === 0 && scoreDisplayMode === "binary")
          .map(({ id }) => id),
      }),
    );
  } finally {
    await browser.close();
  }
}
