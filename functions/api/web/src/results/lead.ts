/** The sentence that a report begins with, for the place of the verdict. */

const FIRST_CHAPTER = /^## /m;
const BOLD = /^\*\*(.+?)\*\* */m;
const ESCAPED = /\\(.)/g;
const WORD_JOINER = "\u2060";

/** Return the bold sentence at the top of a report as plain text; null without one. */
export function leadOf(content: string): string | null {
  const [opening = ""] = content.split(FIRST_CHAPTER);
  const found = BOLD.exec(opening)?.[1];
  return found?.replaceAll(ESCAPED, "$1").replaceAll(WORD_JOINER, "") ?? null;
}

/** Remove the bold sentence at the top of a report. */
export function withoutLead(content: string): string {
  return leadOf(content) === null ? content : content.replace(BOLD, "");
}
