import { useId, useRef, useState } from "preact/hooks";
import { nameJob } from "../api/alex";
import type { Job } from "../api/types";
import { Action } from "../ui/action";
import { useFocusAfter } from "../ui/kept_focus";
import { ProblemNotice } from "../ui/problem";

interface Props {
  job: Pick<Job, "id" | "name">;
  onNamed: (job: Job) => void;
  /** The button's label without a name. */
  label?: string;
}

/** A button that is replaced by a field for the name of an analysis. An empty name removes it. */
export function JobName({ job, onNamed, label = "Name this analysis" }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);
  const button = useFocusAfter(isOpen);
  const id = useId();

  function close() {
    setOpen(false);
    setError(null);
  }

  async function save() {
    try {
      onNamed(await nameJob(job.id, field.current?.value.trim() || null));
      close();
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      <button
        type="button"
        class="plain small-button job-rename"
        hidden={isOpen}
        ref={button}
        onClick={() => setOpen(true)}
      >
        {job.name ? "Rename" : label}
      </button>
      {isOpen && (
        <form
          class="row job-naming"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
          onKeyDown={(event) => event.key === "Escape" && close()}
        >
          <label class="unseen" for={id}>
            Name of this analysis
          </label>
          <input
            id={id}
            type="text"
            maxLength={100}
            autocomplete="off"
            placeholder="For example, After the raise"
            defaultValue={job.name ?? ""}
            ref={field}
            autofocus
          />
          <Action class="small-button" onAct={save} busy="Saving…">
            Save the name
          </Action>
          <button type="button" class="plain small-button" onClick={close}>
            Cancel
          </button>
          <ProblemNotice error={error} />
        </form>
      )}
    </>
  );
}
