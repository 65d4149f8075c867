import { expect, it } from "vitest";

import { shareInBar } from "./checklist";
import { anAgent } from "./samples";

it.each([
  ["Writing passage 2 of 3", 80, 0, 200 / 3],
  ["Writing passage 2 of 3", 40, 0, 40],
  ["Writing passage 3 of 3", 80, 67, 80],
  ["Measuring success", 80, 0, 80],
])("fills the bar beside %s, reported at %d%% after %d%%", (message, percent, before, shown) =>
  expect(shareInBar(anAgent({ progress_percent: percent, message }), before)).toBe(shown),
);

it("doesn't take back what a step's bar has shown, unless the step reports less", () => {
  const again = anAgent({ progress_percent: 90, message: "Writing passage 1 of 2" });
  expect(shareInBar(again, 85)).toBe(85);
  expect(shareInBar({ ...again, progress_percent: 10 }, 85)).toBe(10);
});
