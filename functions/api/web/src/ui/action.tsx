import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

interface Props {
  /** Called once, however often the button is clicked meanwhile; reports its own errors. */
  onAct: () => Promise<unknown>;
  children: ComponentChildren;
  busy?: string;
  class?: string;
  disabled?: boolean;
}

/** A button that is busy until its action completes. */
export function Action({ onAct, children, busy, class: kind, disabled }: Props) {
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);

  async function act() {
    // State updates after the next render; a second click may come before that.
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await onAct();
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return (
    <button type="button" class={kind} disabled={disabled} aria-busy={isBusy} onClick={act}>
      {isBusy && busy ? busy : children}
    </button>
  );
}
