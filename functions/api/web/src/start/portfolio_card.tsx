import { useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { importPortfolio, importSample } from "../api/alex";
import { ApiError } from "../api/client";
import type { Imported } from "../api/types";
import { Action } from "../ui/action";
import { ProblemNotice } from "../ui/problem";
import { shownText } from "./decode";
import { FileDrop } from "./file_drop";
import { Holdings } from "./holdings";
import { ImportedNote } from "./imported_note";
import { lineProblems, type LineProblem } from "./lines";
import { Unreadable } from "./unreadable";

/** What came of a file, or of the sample. */
type Outcome =
  | { kind: "imported"; imported: Imported; text: string; name: string }
  | { kind: "unreadable"; problems: LineProblem[]; name: string }
  | { kind: "refused"; error: unknown; name: string };

const MOST_BYTES = 1_000_000;
const SAMPLE = "the sample portfolio";

/** Whether there is something to analyse; `unknown` until the server has said. */
export type PortfolioState = "unknown" | "changing" | "empty" | "ready";

/** What is to be analysed: from files, the sample, or what is there already. */
export function PortfolioCard({ onState }: { onState: (state: PortfolioState) => void }) {
  const outcomes = useSignal<Outcome[]>([]);
  const [version, setVersion] = useState(0);

  const changed = () => setVersion((before) => before + 1);

  async function take(read: () => Promise<Outcome>) {
    onState("changing");
    const outcome = await read();
    outcomes.value = [...outcomes.value, outcome];
    // Also after a refusal: what is there decides anew whether an analysis can start.
    changed();
  }

  async function takeSample() {
    outcomes.value = [];
    await take(fromSample);
  }

  async function takeFiles(files: File[]) {
    outcomes.value = [];
    for (const file of files) await take(() => fromFile(file));
  }

  return (
    <section class="card stack" aria-labelledby="portfolio-title">
      <h2 id="portfolio-title">Your portfolio</h2>
      <FileDrop onFiles={takeFiles} />
      <div class="row">
        <span class="soft small">No file at hand?</span>
        <Action class="small-button" onAct={takeSample} busy="Loading…">
          Use the sample portfolio
        </Action>
      </div>
      <div class="stack" aria-live="polite">
        {outcomes.value.map((outcome, place) => (
          <Told key={place} outcome={outcome} />
        ))}
      </div>
      <Holdings version={version} onChange={changed} onState={onState} />
    </section>
  );
}

function Told({ outcome }: { outcome: Outcome }) {
  switch (outcome.kind) {
    case "imported":
      return <ImportedNote {...outcome} />;
    case "unreadable":
      return <Unreadable {...outcome} />;
    case "refused":
      return <ProblemNotice error={outcome.error} about={outcome.name} />;
  }
}

async function fromSample(): Promise<Outcome> {
  try {
    return { kind: "imported", imported: await importSample(), text: "", name: SAMPLE };
  } catch (error) {
    return { kind: "refused", error, name: SAMPLE };
  }
}

async function fromFile(file: File): Promise<Outcome> {
  const { name } = file;
  let text = "";
  try {
    if (file.size > MOST_BYTES) throw new ApiError(413, "", [], null);
    text = shownText(await file.arrayBuffer());
    return { kind: "imported", imported: await importPortfolio(file), text, name };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422)
      return { kind: "refused", error, name };
    const problems = lineProblems(error.errors, text);
    return { kind: "unreadable", problems, name };
  }
}
