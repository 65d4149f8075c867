/** Hash-based routing: the part of the URL after `#`, so that the server serves only `/`. */

import { computed, signal } from "@preact/signals";

export type Route =
  { view: "start" } | { view: "analyses" } | { view: "account" } | { view: "job"; id: string };

const JOB = /^#\/jobs\/([0-9a-f-]{36})$/;
const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed<Route>(() => {
  const id = JOB.exec(hash.value)?.[1];
  if (id) return { view: "job", id };
  if (hash.value === "#/analyses") return { view: "analyses" };
  if (hash.value === "#/account") return { view: "account" };
  return { view: "start" };
});

export const jobAddress = (id: string): string => `#/jobs/${id}`;

export function go(address: string): void {
  location.hash = address;
}
