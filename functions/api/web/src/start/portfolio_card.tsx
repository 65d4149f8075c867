import { useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { importPortfolio, importSample } from "../api/alex";
import { ApiError } from "../api/client";
import type { Imported } from "../api/types";
import { Action } from "../ui/action";
import { ProblemNotice } from "../ui/problem";
import { FileDrop } from "./file_drop";
import { Holdings } from "./holdings";
import { ImportedNote } from "./imported_note";
import { lineProblems, type LineProblem } from "./lines";
import { Unreadable } from "./unreadable";

type Outcome =
  | { kind: "none" }
  | { kind: "imported"; imported: Imported; text: string; name: string }
  | { kind: "unreadable"; problems: LineProblem[]; detail: string; name: string }
  | { kind: "refused"; error: unknown };

const MOST_BYTES = 1_000_000;
const SAMPLE = "the sample portfolio";

/** Whether there is something to analyse; `unknown` until the server has said. */
export type PortfolioState = "unknown" | "changing" | "empty" | "ready";

/** What is to be analysed: from a file, the sample, or what is there already. */
export function PortfolioCard({ onState }: { onState: (state: PortfolioState) => void }) {
  const outcome = useSignal<Outcome>({ kind: "none" });
  const [version, setVersion] = useState(0);

  const changed = () => setVersion((before) => before + 1);

  async function take(read: () => Promise<Imported>, name: string, text = "") {
    onState("changing");
    try {
      outcome.value = { kind: "imported", imported: await read(), text, name };
    } catch (error) {
      outcome.value = isUnreadable(error)
        ? {
            kind: "unreadable",
            problems: lineProblems(error.errors, text),
            detail: error.detail,
            name,
          }
        : { kind: "refused", error };
    } finally {
      // Also after a refusal: what is there decides anew whether an analysis can start.
      changed();
    }
  }

  async function takeFile(file: File) {
    if (file.size > MOST_BYTES) {
      outcome.value = { kind: "refused", error: new ApiError(413, "", [], null) };
      return;
    }
    await take(() => importPortfolio(file), file.name, await file.text());
  }

  return (
    <section class="card stack" aria-labelledby="portfolio-title">
      <h2 id="portfolio-title">Your portfolio</h2>
      <FileDrop onFile={takeFile} />
      <div class="row">
        <span class="soft small">No file at hand?</span>
        <Action class="small-button" onAct={() => take(importSample, SAMPLE)} busy="Loading…">
          Use the sample portfolio
        </Action>
      </div>
      <div aria-live="polite">
        {outcome.value.kind === "imported" && <ImportedNote {...outcome.value} />}
        {outcome.value.kind === "unreadable" && <Unreadable {...outcome.value} />}
      </div>
      <ProblemNotice error={outcome.value.kind === "refused" ? outcome.value.error : null} />
      <Holdings version={version} onChange={changed} onState={onState} />
    </section>
  );
}

function isUnreadable(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 422;
}
