import type { JobView } from "../live";

const NAMES: Record<string, string> = {
  report: "the report",
  charts: "the charts",
  retirement: "the retirement outlook",
};

/** Which sections of a job are there, and which are not, by the names that people know. */
export function missingSections(job: JobView): { finished: string[]; missing: string[] } {
  const isThere = (section: string) =>
    Boolean((job as unknown as Record<string, unknown>)[`${section}_payload`]);
  const names = (sections: string[]) => sections.map((section) => NAMES[section] ?? section);
  return {
    finished: names(job.sections.filter(isThere)),
    missing: names(job.sections.filter((section) => !isThere(section))),
  };
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
}
