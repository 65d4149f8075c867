import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { Action } from "./action";

interface Props {
  /** The label of the button that opens the dialog. */
  label: string;
  class?: string;
  question: string;
  /** The label of the button that confirms. */
  confirm: string;
  onConfirm: () => Promise<unknown>;
  /** The label of the button that cancels. */
  keep?: string;
  children: ComponentChildren;
}

/** A button for an irreversible action: it asks first, with the focus on the button that cancels. */
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
      <button
        type="button"
        class={kind ? `${kind} destructive` : "danger"}
        onClick={() => dialog.current?.showModal()}
      >
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
