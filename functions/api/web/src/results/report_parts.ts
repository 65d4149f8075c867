/** Splits texts into what to read first and what to look up. */

export interface Chapter {
  title: string;
  content: string;
}

export interface ReportParts {
  /** The verdict, what matters most, and what to do. */
  summary: string;
  /** The chapters with the evidence. */
  chapters: Chapter[];
  /** The table of the holdings, which the appendix contains. */
  holdings: string;
  appendix: string;
}

const CHAPTER = /^(?=## )/m;
const SECTION = /^(?=### )/m;
const OF_SUMMARY = ["What matters most", "What to do"];
const APPENDIX = "Appendix";
const HOLDINGS = "Holdings";
const ASSUMPTIONS = /^(?=## Assumptions$)/m;
/** The chapter of the outlook whose table the fan shows in more detail. */
const SHOWN_BY_FAN = /^## How your money may develop\n[^]*?(?=^## )/m;

/** The headings of the report's tables with the same values as a chart, by the chart's key. */
const TABLE_OF: Record<string, string> = {
  asset_classes: "Asset classes",
  equity_regions: "Where your stocks are",
  sectors: "Sectors",
  accounts: "Accounts",
  holdings: HOLDINGS,
  stress: "What could go wrong",
};

/** Split a report at the titles of its chapters. Without them, it is all summary; parts without text are empty. */
export function reportParts(content: string): ReportParts {
  const [opening = "", ...rest] = content.split(CHAPTER);
  const chapters = rest.map(asChapter);
  const isSummary = ({ title }: Chapter) => OF_SUMMARY.includes(title);
  const isAppendix = ({ title }: Chapter) => title === APPENDIX;
  if (!chapters.some(isSummary))
    return { summary: content, chapters: [], holdings: "", appendix: "" };
  const sections = (chapters.find(isAppendix)?.content ?? "").split(SECTION).map(asChapter);
  return {
    summary: [opening, ...rest.filter((_, n) => isSummary(chapters[n]!))].join(""),
    chapters: chapters
      .filter((chapter) => !isSummary(chapter) && !isAppendix(chapter))
      .map(({ title, content }) => ({ title, content: raised(content) })),
    holdings: sections.find(({ title }) => title === HOLDINGS)?.content ?? "",
    appendix: sections
      .filter(({ title }) => title !== HOLDINGS)
      .map(({ title, content }) => (title ? `## ${title}\n${content}` : content.trim()))
      .join(""),
  };
}

/** Whether a report has a table with the values of the chart with this key. */
export function isInReport(chart: string, content: string): boolean {
  const heading = TABLE_OF[chart];
  return heading !== undefined && new RegExp(`^#{2,3} ${heading}$`, "m").test(content);
}

export interface OutlookParts {
  /** The verdict. */
  opening: string;
  chapters: string;
  assumptions: string;
}

/** Split the retirement outlook; parts without text are empty. With a fan, its table is left out. */
export function outlookParts(analysis: string, hasFan = false): OutlookParts {
  const shown = hasFan ? analysis.replace(SHOWN_BY_FAN, "") : analysis;
  const [outlook = "", ...assumptions] = shown.split(ASSUMPTIONS);
  const [opening = "", ...chapters] = outlook.split(CHAPTER);
  return { opening, chapters: chapters.join(""), assumptions: assumptions.join("") };
}

/** Split a text that begins with a heading; without one, its title is empty. */
function asChapter(text: string): Chapter {
  const found = /^#+ (.*)\n/.exec(text);
  return found
    ? { title: found[1]!.trim(), content: text.slice(found[0].length) }
    : { title: "", content: text };
}

/** Move the headings up, because the chapter's title is the part's own heading. */
function raised(content: string): string {
  return content.replaceAll(/^### /gm, "## ");
}
