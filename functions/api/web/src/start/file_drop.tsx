import { useId, useRef, useState } from "preact/hooks";

/** A place to drop a CSV file on, or to choose one, by mouse and by keyboard. */
export function FileDrop({ onFile }: { onFile: (file: File) => Promise<void> }) {
  const [isOver, setOver] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);
  const id = useId();

  async function take(file: File | undefined) {
    if (!file || running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await onFile(file);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return (
    <div
      class={`drop ${isOver ? "drop-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <input
        id={id}
        class="unseen"
        type="file"
        accept=".csv,text/csv"
        aria-busy={isBusy}
        onChange={(event) => {
          const input = event.currentTarget;
          // Emptied afterwards, so that the same file, corrected, can be chosen again.
          void take(input.files?.[0]).finally(() => (input.value = ""));
        }}
      />
      <label for={id} class="button drop-choose">
        {isBusy ? "Reading…" : "Choose a CSV file"}
      </label>
      <p class="soft small">
        or drop it here. Exports from Fidelity and Vanguard, or the columns{" "}
        <code>account, symbol, quantity, price</code>.
      </p>
    </div>
  );
}
