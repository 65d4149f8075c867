import type { JobView } from "../live";
import { sectionTitle } from "../words/agents";
import { isRecord } from "./unknown";

/** Return the display names of a job's finished and missing sections. */
export function missingSections(job: JobView): { finished: string[]; missing: string[] } {
  const isThere = (section: string) => payloadOf(job, section) !== null;
  const names = (sections: string[]) =>
    sections.map((section) => `the ${sectionTitle(section).toLowerCase()}`);
  return {
    finished: names(job.sections.filter(isThere)),
    missing: names(job.sections.filter((section) => !isThere(section))),
  };
}

/** State which sections of an ended job the user doesn't get. */
export function partsInWords(job: JobView): string {
  const { finished, missing } = missingSections(job);
  const unfinished = job.status === "failed" ? "We couldn't finish" : "We didn't finish";
  if (finished.length === 0) return `${unfinished} any part, so trying again starts over.`;
  if (missing.length === 0) return "Every part is ready.";
  const parts = missing.length === 1 ? `${missing[0]} part` : listed(missing);
  return `${unfinished} ${parts}. Everything else is ready.`;
}

/** Return the finished sections in the job's order, except the `designed` ones. */
export function otherSections(job: JobView, designed: readonly string[]): OtherSection[] {
  return job.sections.flatMap((section) => {
    const payload = designed.includes(section) ? null : payloadOf(job, section);
    return payload ? [{ name: sectionTitle(section), payload }] : [];
  });
}

export interface OtherSection {
  name: string;
  payload: Record<string, unknown>;
}

function payloadOf(job: JobView, section: string): Record<string, unknown> | null {
  const payload = (job as unknown as Record<string, unknown>)[`${section}_payload`];
  return isRecord(payload) ? payload : null;
}

/** Join names: `a`, `a and b`, `a, b, and c`. */
function listed(names: string[]): string {
  return new Intl.ListFormat("en-US", { type: "conjunction" }).format(names);
}
