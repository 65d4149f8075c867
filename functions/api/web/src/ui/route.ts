/** Hash-based routing: the part of the URL after `#`, so that the server serves only `/`. */

import { computed, signal } from "@preact/signals";

export type Route =
  | { view: "start" }
  | { view: "analyses" }
  | { view: "account" }
  | { view: "sample" }
  | { view: "job"; id: string }
  | { view: "compare"; ids: [string, string] };

const JOB = /^#\/jobs\/([0-9a-f-]{36})$/;
const COMPARE = /^#\/compare\/([0-9a-f-]{36})\/([0-9a-f-]{36})$/;
export const SAMPLE_ADDRESS = "#/sample";
/** The start page at its goals. */
export const GOALS_ADDRESS = "#/goals";
const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed<Route>(() => {
  const id = JOB.exec(hash.value)?.[1];
  if (id) return { view: "job", id };
  const compared = COMPARE.exec(hash.value);
  if (compared) return { view: "compare", ids: [compared[1]!, compared[2]!] };
  if (hash.value === SAMPLE_ADDRESS) return { view: "sample" };
  if (hash.value === "#/analyses") return { view: "analyses" };
  if (hash.value === "#/account") return { view: "account" };
  return { view: "start" };
});

export const jobAddress = (id: string): string => `#/jobs/${id}`;

export const compareAddress = (earlier: string, later: string): string =>
  `#/compare/${earlier}/${later}`;

export function go(address: string): void {
  location.hash = address;
}
