import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { Action } from "./action";

interface Props {
  /** What the button that opens the question says. */
  label: string;
  class?: string;
  question: string;
  /** What the button that goes ahead says. */
  confirm: string;
  onConfirm: () => Promise<unknown>;
  /** What the button that changes nothing says. */
  keep?: string;
  children: ComponentChildren;
}

/** A button for what can't be undone: it asks first, and the button that changes nothing has the focus. */
export function Confirm({
  label,
  class: kind,
  question,
  confirm,
  onConfirm,
  keep = "Keep",
  children,
}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => dialog.current?.close();
  return (
    <>
      <button type="button" class={kind ?? "danger"} onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <div class="stack">
          <h2 id={id}>{question}</h2>
          <div>{children}</div>
          <div class="row">
            <button type="button" autofocus onClick={close}>
              {keep}
            </button>
            <Action class="danger" onAct={() => onConfirm().finally(close)}>
              {confirm}
            </Action>
          </div>
        </div>
      </dialog>
    </>
  );
}
