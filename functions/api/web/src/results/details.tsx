import { eventsFile } from "../api/alex";
import type { JobView } from "../live";
import { Checklist } from "../progress/checklist";
import { timeOf } from "../words/amounts";
import { duration } from "../words/duration";
import { SaveFile } from "./save_file";
import { isRecord } from "./unknown";

/** Timing of the analysis, and its history as a file. */
export function Details({ job }: { job: JobView }) {
  return (
    <div class="stack">
      <p>{whenInWords(job)}</p>
      {job.status === "completed" && job.progress_data && (
        <details>
          <summary>Steps and their times</summary>
          <Checklist agents={job.progress_data.agents} />
        </details>
      )}
      <Usage summary={job.summary_payload} />
      <div>
        <SaveFile load={() => eventsFile(job.id)} name="events.csv">
          Save the history (CSV)
        </SaveFile>
      </div>
    </div>
  );
}

function whenInWords({ created_at, started_at, completed_at, attempt }: JobView): string {
  const asked = `Requested on ${timeOf(created_at)}.`;
  if (!started_at || !completed_at) return asked;
  const ms = Date.parse(completed_at) - Date.parse(attempt > 1 ? started_at : created_at);
  const finished = attempt > 1 ? "Started again, then finished in" : "Finished in";
  return `${asked} ${finished} ${ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms)}.`;
}

/** Tokens and cost of language models, if reported. */
function Usage({ summary }: { summary: JobView["summary_payload"] }) {
  const usage = summary?.["model_usage"];
  if (!isRecord(usage)) return null;
  const shown = Object.entries(usage).filter(
    ([, value]) => typeof value === "number" || typeof value === "string",
  );
  if (shown.length === 0) return null;
  return (
    <p class="small muted figures">
      Language model usage:{" "}
      {shown.map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`).join(" · ")}
    </p>
  );
}
