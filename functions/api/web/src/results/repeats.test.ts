import { expect, test } from "vitest";
import { withoutRepeats } from "./repeats";

test("sources of the report are not listed again", () => {
  const report = "# Report\n\n- Dimson\n- AQR\n";
  const outlook = "Ours, informed by:\n\n- Dimson\n- Hardy\n";

  expect(withoutRepeats(outlook, report)).toBe(
    "Ours, informed by the sources of the report, and by:\n\n- Hardy\n",
  );
});

test("without a report, all sources stay", () => {
  expect(withoutRepeats("- Dimson\n", undefined)).toBe("- Dimson\n");
});
