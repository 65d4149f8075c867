import type { JobEvent } from "../api/types";
import { stepName } from "../words/agents";
import { JOB_STATUS } from "../words/job_status";

/** Events while the page was hidden. */
export function Missed({ events }: { events: readonly JobEvent[] }) {
  const said = summary(events);
  if (said.length === 0) return null;
  return (
    <section class="notice" aria-label="While you were away">
      <p>
        <strong>While you were away.</strong> {said.join(" ")}
      </p>
    </section>
  );
}

/** Return a sentence for each important event. */
export function summary(events: readonly JobEvent[]): string[] {
  const done = events
    .filter(({ kind, agent }) => kind === "section_committed" && agent)
    .map(({ agent }) => agent!);
  const has = (wanted: JobEvent["kind"]) => events.some(({ kind }) => kind === wanted);
  return [
    has("claimed") && "The analysis started.",
    done.length > 0 && `These steps finished: ${[...new Set(done)].map(stepName).join(", ")}.`,
    (has("released") || has("retried")) && "It was restarted.",
    has("completed") && JOB_STATUS.completed,
    has("failed") && JOB_STATUS.failed,
    has("cancelled") && JOB_STATUS.cancelled,
  ].filter((sentence): sentence is string => Boolean(sentence));
}
