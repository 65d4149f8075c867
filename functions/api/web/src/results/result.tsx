import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { reportFile } from "../api/alex";
import { isActive, type Retirement } from "../api/types";
import type { JobView } from "../live";
import { sectionTitle } from "../words/agents";
import { Charts, Fan } from "./charts";
import { Details } from "./details";
import { documentsOf } from "./generic";
import { KeyFigures } from "./key_figures";
import { NarrationNote } from "./narration";
import { Prose } from "./prose";
import { qualityNotes } from "./quality";
import { SaveFile } from "./save_file";
import { otherSections } from "./sections";
import { Verdict } from "./verdict";
import { WhatIf } from "./what_if";

const DESIGNED = ["charts", "report", "retirement"];

interface Part {
  name: string;
  /** An action for this part. */
  action?: ComponentChildren;
  content: ComponentChildren;
}

/** The results of an analysis: all of them, or those finished before it ended early. */
export function Result({ job }: { job: JobView }) {
  const parts = partsOf(job);
  const places = useRef(new Map<string, HTMLElement>());
  const goTo = (name: string) => {
    const place = places.current.get(name);
    place?.scrollIntoView({ behavior: "smooth" });
    place?.focus({ preventScroll: true });
  };
  return (
    <div class="stack-wide">
      <Verdict job={job} />
      <KeyFigures job={job} />
      <QualityNotes notes={qualityNotes(job.report_payload?.figures)} />
      <nav class="parts" aria-label="Parts of the result">
        {parts.map(({ name }) => (
          <button type="button" class="plain" key={name} onClick={() => goTo(name)}>
            {name}
          </button>
        ))}
      </nav>
      {parts.map(({ name, action, content }) => (
        <section
          key={name}
          class="part stack"
          aria-label={name}
          tabIndex={-1}
          ref={(element) => {
            if (element) places.current.set(name, element);
          }}
        >
          <div class="row row-apart">
            <h2>{name}</h2>
            {action}
          </div>
          {content}
        </section>
      ))}
    </div>
  );
}

function partsOf(job: JobView): Part[] {
  const { charts_payload: charts, report_payload: report, retirement_payload: retirement } = job;
  const parts: (Part | false | null | undefined)[] = [
    report && {
      name: sectionTitle("report"),
      action: (
        <SaveFile load={() => reportFile(job.id)} name="report.html">
          Save the report
        </SaveFile>
      ),
      content: (
        <>
          <NarrationNote payload={report} />
          <Prose markdown={report.content} />
        </>
      ),
    },
    retirement && {
      name: sectionTitle("retirement"),
      content: (
        <>
          <WhatIf retirement={retirement} />
          {retirement.fan && retirement.fan.length > 0 && (
            <Fan fan={retirement.fan} retirementAge={ageOf(retirement)} />
          )}
          <NarrationNote payload={retirement} />
          <Prose markdown={retirement.analysis} />
        </>
      ),
    },
    charts && { name: sectionTitle("charts"), content: <Charts charts={charts} /> },
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
    !isActive(job) && { name: "Details", content: <Details job={job} /> },
  ];
  return parts.filter((part): part is Part => Boolean(part));
}

function ageOf({ assumptions }: Retirement): number | null {
  const age = assumptions?.["retirement_age"];
  return typeof age === "number" ? age : null;
}

function QualityNotes({ notes }: { notes: string[] }) {
  if (notes.length === 0) return null;
  return (
    <section class="notice notice-wait" aria-label="Data quality">
      <h2 class="notice-title">Data to check</h2>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
