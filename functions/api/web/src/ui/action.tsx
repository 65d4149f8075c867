import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

interface Props {
  /** Runs once, however often the button is pressed meanwhile; it tells what goes wrong itself. */
  onAct: () => Promise<unknown>;
  children: ComponentChildren;
  busy?: string;
  class?: string;
  disabled?: boolean;
}

/** A button that is busy until what it began has ended. */
export function Action({ onAct, children, busy, class: kind, disabled }: Props) {
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);

  async function act() {
    // State is set after the next drawing; a second click may come before that.
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
