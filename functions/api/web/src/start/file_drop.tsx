import { useEffect, useId, useRef, useState } from "preact/hooks";

interface Props {
  onFiles: (files: File[]) => Promise<void>;
  /** Whether there are accounts already; the picker then takes one line. */
  isUpdate: boolean;
}

/** A file picker for CSV files, by mouse and keyboard; files can be dropped anywhere on the page. */
export function FileDrop({ onFiles, isUpdate }: Props) {
  const [isOver, setOver] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);
  const id = useId();

  async function take(files: Iterable<File>) {
    const given = [...files];
    if (given.length === 0 || running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await onFiles(given);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  useEffect(() => {
    // On the whole page, because the browser would navigate to a file dropped elsewhere.
    const over = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      void take(event.dataTransfer?.files ?? []);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  });

  return (
    <div class={`drop ${isUpdate ? "drop-line" : ""} ${isOver ? "drop-over" : ""}`}>
      <input
        id={id}
        class="unseen"
        type="file"
        multiple
        accept=".csv,text/csv"
        aria-busy={isBusy}
        onChange={(event) => {
          const input = event.currentTarget;
          // Reset, so that the same file can be chosen again after a correction.
          void take(input.files ?? []).finally(() => (input.value = ""));
        }}
      />
      <label for={id} class="button drop-choose">
        {isBusy ? "Reading…" : isUpdate ? "Update from a file" : "Choose a CSV file"}
      </label>
      {isUpdate ? (
        <p class="muted small">or drop it here. You can undo the import.</p>
      ) : (
        <>
          <p class="muted small">
            or drop it here: the positions file from your broker (Fidelity, Vanguard, Schwab, and
            others), or a file with the columns <code>account, symbol, quantity, price</code>.
          </p>
          <p class="muted small">Only you can see it. You can undo an import.</p>
        </>
      )}
    </div>
  );
}
