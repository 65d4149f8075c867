import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Action } from "../ui/action";
import { saveFile } from "../ui/download";
import { ProblemNotice } from "../ui/problem";

interface Props {
  load: () => Promise<Blob>;
  name: string;
  class?: string;
  children: ComponentChildren;
}

/** A button that fetches a file and saves it as `name`. */
export function SaveFile({ load, name, class: kind, children }: Props) {
  const [error, setError] = useState<unknown>(null);
  async function save() {
    setError(null);
    await load().then((file) => saveFile(file, name), setError);
  }
  return (
    <>
      <Action onAct={save} busy="Downloading…" {...(kind ? { class: kind } : {})}>
        {children}
      </Action>
      <ProblemNotice error={error} />
    </>
  );
}
