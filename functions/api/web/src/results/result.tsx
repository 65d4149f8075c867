import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { reportFile } from "../api/alex";
import { isActive, type Chart, type Retirement } from "../api/types";
import type { JobView } from "../live";
import { sectionTitle } from "../words/agents";
import { Explanation } from "../ui/term";
import { Fold } from "../ui/fold";
import { Later } from "../ui/later";
import { isNarrow } from "../ui/narrow";
import { GOALS_ADDRESS } from "../ui/route";
import { Charts } from "./bars";
import { Contents } from "./contents";
import { Details } from "./details";
import { FanFigure } from "./fan";
import { documentsOf } from "./generic";
import { KeyFigures } from "./key_figures";
import { withoutLead } from "./lead";
import { NarrationNote } from "./narration";
import { inOrderOfArrival } from "./arrival";
import { Prose, useProse } from "./prose";
import { withoutRepeats } from "./repeats";
import { qualityNotes, type QualityNote } from "./quality";
import { isInReport, outlookParts, reportParts } from "./report_parts";
import { SaveFile } from "./save_file";
import { otherSections } from "./sections";
import { Verdict, hasNoGoals, leadAsVerdict } from "./verdict";
import { WhatIf } from "./what_if";

const DESIGNED = ["charts", "report", "retirement"];

interface Part {
  name: string;
  /** An action for this part. */
  action?: ComponentChildren;
  /** Whether the part is folded: on a phone only, or always. */
  isFolded?: "phone" | "always";
  content: ComponentChildren;
}

interface Props {
  job: JobView;
  /** The sample isn't one of the user's jobs, so its report and history can't be saved. */
  isSample?: boolean;
  /** While the job runs, each finished part is added below the others. */
  isPartial?: boolean;
}

/** The results of an analysis: all of them, or those that are finished so far. */
export function Result({ job, isSample = false, isPartial = false }: Props) {
  const arrived = useRef<Part[]>([]);
  const isReady = useProse();
  const designed = isReady ? partsOf(job, isSample, isPartial) : [];
  const parts = isPartial ? inOrderOfArrival(designed, arrived.current) : designed;
  const places = useRef(new Map<string, HTMLElement>());
  return (
    <div class="stack-wide">
      {!isPartial && (
        <>
          <Verdict job={job} />
          <KeyFigures job={job} />
          <QualityNotes notes={qualityNotes(job.report_payload?.figures)} />
        </>
      )}
      <div class="with-contents">
        {!isPartial && <Contents names={parts.map(({ name }) => name)} places={places.current} />}
        <div class="stack-wide">
          {parts.map(({ name, ...part }) => (
            <section
              key={name}
              class="part"
              aria-label={name}
              tabIndex={-1}
              ref={(element) => {
                if (element) places.current.set(name, element);
                else places.current.delete(name);
              }}
            >
              {isPartial ? (
                <PartContent name={name} {...part} />
              ) : (
                <Later>
                  <PartContent name={name} {...part} />
                </Later>
              )}
            </section>
          ))}
        </div>
      </div>
      <Explanation />
    </div>
  );
}

function PartContent({ name, action, isFolded, content }: Part) {
  if (isFolded === "always" || (isFolded === "phone" && isNarrow.value))
    return (
      <Fold class="fold" summary={<h2>{name}</h2>}>
        <div class="stack">{content}</div>
      </Fold>
    );
  return (
    <div class="stack">
      <div class="row row-apart">
        <h2>{name}</h2>
        {action}
      </div>
      {content}
    </div>
  );
}

function partsOf(job: JobView, isSample: boolean, isPartial: boolean): Part[] {
  const { charts_payload: charts, report_payload: report, retirement_payload: retirement } = job;
  const content = report?.content ?? "";
  const { summary, chapters, holdings, appendix } = reportParts(content);
  const shownCharts = charts && chartsBeside(content, charts);
  const isLeadShown = !isPartial && leadAsVerdict(job) !== null;
  const asksForGoals = job.sections.includes("report") && hasNoGoals(job);
  const folded = (name: string, isFolded: "phone" | "always", markdown: string) =>
    markdown.trim() !== "" && { name, isFolded, content: <Prose markdown={markdown} /> };
  const parts: (Part | false | null | undefined)[] = [
    report && {
      name: sectionTitle("report"),
      action: !isSample && (
        <SaveFile load={() => reportFile(job.id)} name="report.html">
          Save the report
        </SaveFile>
      ),
      content: (
        <>
          <Prose markdown={isLeadShown ? withoutLead(summary) : summary} />
          <NarrationNote payload={report} />
        </>
      ),
    },
    // Without goals, a card asks for them in the place of the outlook.
    retirement &&
      (isPartial || !asksForGoals) && {
        name: sectionTitle("retirement"),
        content: (
          <>
            {isPartial && <Verdict job={{ ...job, report_payload: null }} />}
            {!asksForGoals && <Outlook retirement={retirement} report={report?.content} />}
          </>
        ),
      },
    shownCharts && {
      name: sectionTitle("charts"),
      content: <Charts charts={shownCharts} />,
    },
    ...chapters.map(({ title, content }) => folded(title, "phone", content)),
    folded("Holdings", "phone", holdings),
    ...otherSections(job, DESIGNED).map(({ name, payload }) => ({
      name,
      content: (
        <>
          <NarrationNote payload={payload} />
          {documentsOf(payload).map((text, place) => (
            <Prose key={place} markdown={text} />
          ))}
        </>
      ),
    })),
    folded("Appendix", "always", appendix),
    !isActive(job) && !isSample && { name: "Details", content: <Details job={job} /> },
  ];
  return parts.filter((part): part is Part => Boolean(part));
}

/**
 * Return the charts whose values aren't in a table of the report, in their order; null if it has all of them. Without a
 * report, as before it is finished, those are all charts.
 */
function chartsBeside(report: string, charts: Record<string, Chart>): Chart[] | null {
  const all = Object.entries(charts);
  const shown = all.filter(([key]) => !isInReport(key, report)).map(([, chart]) => chart);
  if (shown.length === 0 && all.length > 0) return null;
  return shown.toSorted((a, b) => orderOf(a) - orderOf(b));
}

function orderOf(chart: Chart): number {
  return typeof chart["order"] === "number" ? chart["order"] : 0;
}

function hasFan({ fan }: Retirement): boolean {
  return fan !== undefined && fan.length > 0;
}

/** The outlook; its text is without what the report's text or the fan states, too. */
function Outlook({ retirement, report }: { retirement: Retirement; report: string | undefined }) {
  const { opening, chapters, assumptions } = outlookParts(
    withoutRepeats(retirement.analysis, report),
    hasFan(retirement),
  );
  return (
    <>
      <WhatIf retirement={retirement} />
      {hasFan(retirement) && <FanFigure fan={retirement.fan!} retirementAge={ageOf(retirement)} />}
      <Prose markdown={opening} />
      {chapters !== "" && (
        <FoldedOnPhone title="The outlook in detail">
          <Prose markdown={chapters} />
        </FoldedOnPhone>
      )}
      <NarrationNote payload={retirement} />
      {assumptions !== "" && (
        <Fold summary="Assumptions, limits, and sources">
          <Prose markdown={assumptions} />
        </Fold>
      )}
      {retirement.missing_goals && retirement.missing_goals.length > 0 && (
        <p>
          <a href={GOALS_ADDRESS}>Set your goals and analyze again</a>
        </p>
      )}
    </>
  );
}

function FoldedOnPhone({ title, children }: { title: string; children: ComponentChildren }) {
  return isNarrow.value ? <Fold summary={title}>{children}</Fold> : <>{children}</>;
}

function ageOf({ assumptions }: Retirement): number | null {
  const age = assumptions?.["retirement_age"];
  return typeof age === "number" ? age : null;
}

/** The notes that matter for the figures in a box, the others in a line below it. */
function QualityNotes({ notes }: { notes: QualityNote[] }) {
  if (notes.length === 0) return null;
  const serious = notes.filter(({ isSerious }) => isSerious);
  const mild = notes.filter(({ isSerious }) => !isSerious);
  return (
    <section class="stack-tight" aria-label="Data quality">
      {serious.length > 0 && (
        <div class="notice notice-wait">
          <h2 class="notice-title">Data to check</h2>
          <ul>
            {serious.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {mild.length > 0 && <p class="small muted">{mild.map(({ text }) => text).join(" ")}</p>}
    </section>
  );
}
