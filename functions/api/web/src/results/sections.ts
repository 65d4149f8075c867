import type { JobView } from "../live";
import { capitalised } from "../words/agents";
import { isRecord } from "./unknown";

const NAMES: Record<string, string> = {
  report: "the report",
  charts: "the charts",
  retirement: "the retirement outlook",
};

/** Which sections of a job are there, and which are not, by the names that people know. */
export function missingSections(job: JobView): { finished: string[]; missing: string[] } {
  const isThere = (section: string) => payloadOf(job, section) !== null;
  const names = (sections: string[]) =>
    sections.map((section) => NAMES[section] ?? section.replaceAll("_", " "));
  return {
    finished: names(job.sections.filter(isThere)),
    missing: names(job.sections.filter((section) => !isThere(section))),
  };
}

/**
 * The texts (Markdown) of sections that the page has no place of its own for, in the order of the job: what an agent that
 * came later delivers as `content`.
 */
export function otherTexts(job: JobView): { name: string; markdown: string }[] {
  return job.sections.flatMap((section) => {
    const markdown = section in NAMES ? null : payloadOf(job, section)?.["content"];
    return typeof markdown === "string" ? [{ name: capitalised(section), markdown }] : [];
  });
}

function payloadOf(job: JobView, section: string): Record<string, unknown> | null {
  const payload = (job as unknown as Record<string, unknown>)[`${section}_payload`];
  return isRecord(payload) ? payload : null;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
}
