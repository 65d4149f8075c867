import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { importPortfolio, previewPortfolio, undoImport } from "../api/alex";
import { ApiError } from "../api/client";
import type { Account, Imported } from "../api/types";
import { Action } from "../ui/action";
import { useKeptFocus } from "../ui/kept_focus";
import { ProblemNotice } from "../ui/problem";
import type { Resource } from "../ui/resource";
import { shownText } from "./decode";
import { FileDrop } from "./file_drop";
import { Holdings } from "./holdings";
import { ImportedNote } from "./imported_note";
import { lineProblems, type LineProblem } from "./lines";
import { ReplaceQuestion } from "./replace_question";
import { Unreadable } from "./unreadable";

/** The state of a chosen file. */
type Outcome =
  | { kind: "asks"; preview: Imported; file: File; text: string; name: string }
  | { kind: "cancelled"; name: string }
  | { kind: "imported"; imported: Imported; text: string; name: string }
  | { kind: "undone"; name: string }
  | { kind: "unreadable"; problems: LineProblem[]; name: string }
  | { kind: "refused"; error: unknown; name: string };

const MOST_BYTES = 1_000_000;

/** A file that was not imported, or not yet, because the user has to do something. */
const UNSETTLED: readonly Outcome["kind"][] = ["asks", "unreadable", "refused"];

interface Props {
  accounts: Resource<Account[]>;
  /** Called when an account may have changed. */
  onChange: () => void;
  /** Called when a file is about to change the accounts. */
  onChanging: () => void;
  /** Whether a file needs the user's attention. */
  onUnsettled: (isUnsettled: boolean) => void;
  /** Start an analysis of the sample, which doesn't touch the user's accounts. */
  onSample: () => Promise<unknown>;
}

/** The accounts to analyze: existing ones, and those from files. */
export function PortfolioCard({ accounts, onChange, onChanging, onUnsettled, onSample }: Props) {
  const outcomes = useSignal<Outcome[]>([]);
  const notes = useRef<HTMLDivElement>(null);
  const isUnsettled = outcomes.value.some(({ kind }) => UNSETTLED.includes(kind));
  const hasAccounts = (accounts.value ?? []).length > 0;
  useKeptFocus();
  useEffect(() => onUnsettled(isUnsettled), [isUnsettled]);
  useEffect(() => {
    if (outcomes.value.length > 0) notes.current?.scrollIntoView({ block: "nearest" });
  }, [outcomes.value]);

  function put(place: number, outcome: Outcome) {
    const others = [...outcomes.value];
    others[place] = outcome;
    outcomes.value = others;
  }

  async function take(read: () => Promise<Outcome>, place = outcomes.value.length) {
    onChanging();
    put(place, await read());
    // After a rejection too: the accounts determine whether an analysis can start.
    onChange();
  }

  async function takeFiles(files: File[]) {
    outcomes.value = [];
    for (const file of files) await take(() => fromFile(file));
  }

  function note(outcome: Outcome, place: number) {
    const { name } = outcome;
    switch (outcome.kind) {
      case "asks":
        return (
          <ReplaceQuestion
            {...outcome}
            onImport={(existing) =>
              take(() => imported(outcome.file, outcome.text, existing), place)
            }
            onCancel={() => put(place, { kind: "cancelled", name })}
          />
        );
      case "cancelled":
        return <p class="notice">{name} was not imported. Nothing was changed.</p>;
      case "imported":
        return <ImportedNote {...outcome} onUndo={() => take(() => undone(outcome), place)} />;
      case "undone":
        return <p class="notice">The import of {name} was undone.</p>;
      case "unreadable":
        return <Unreadable {...outcome} />;
      case "refused":
        return <ProblemNotice error={outcome.error} about={name} />;
    }
  }

  return (
    <section class="card stack" aria-labelledby="portfolio-title">
      <h2 id="portfolio-title">{hasAccounts ? "Accounts" : "Your portfolio"}</h2>
      <div class="stack file-notes" aria-live="polite" ref={notes}>
        {outcomes.value.map((outcome, place) => (
          <div key={place}>{note(outcome, place)}</div>
        ))}
      </div>
      <Holdings accounts={accounts} onChange={onChange} />
      <FileDrop onFiles={takeFiles} isUpdate={hasAccounts} />
      {!hasAccounts && (
        <div class="row">
          <span class="muted small">No file handy?</span>
          <Action class="small-button" onAct={onSample} busy="Starting…">
            Try it with a sample
          </Action>
        </div>
      )}
    </section>
  );
}

/** Import a file immediately if all its accounts are new; otherwise ask before replacing any. */
async function fromFile(file: File): Promise<Outcome> {
  const { name } = file;
  let text = "";
  try {
    if (file.size > MOST_BYTES) throw new ApiError(413, "", [], null);
    text = shownText(await file.arrayBuffer());
    const preview = await previewPortfolio(file);
    if (preview.changes.some(({ before }) => before !== null))
      return { kind: "asks", preview, file, text, name };
    return await imported(file, text, "replace");
  } catch (error) {
    return refusal(error, text, name);
  }
}

async function imported(file: File, text: string, existing: "replace" | "keep"): Promise<Outcome> {
  const { name } = file;
  try {
    return { kind: "imported", imported: await importPortfolio(file, existing), text, name };
  } catch (error) {
    return refusal(error, text, name);
  }
}

async function undone(outcome: { imported: Imported; name: string }): Promise<Outcome> {
  const { imported, name } = outcome;
  try {
    await undoImport(imported.import_id!);
    return { kind: "undone", name };
  } catch (error) {
    return { kind: "refused", error, name };
  }
}

function refusal(error: unknown, text: string, name: string): Outcome {
  if (!(error instanceof ApiError) || error.status !== 422) return { kind: "refused", error, name };
  return { kind: "unreadable", problems: lineProblems(error.errors, text), name };
}
