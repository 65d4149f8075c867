import { useLayoutEffect, useRef } from "preact/hooks";
import type { AgentProgress, AgentStatus } from "../api/types";
import { Bar, setBar } from "../ui/bar";
import { stepName } from "../words/agents";
import { precise } from "../words/duration";

const STATUS: Record<AgentStatus, string> = {
  waiting: "Waiting",
  running: "Running",
  completed: "Done",
  failed: "Failed",
  skipped: "Not done",
};

/** The place in a report such as "Writing passage 2 of 3". */
const PLACE = /\b(\d+) of (\d+)\b/;

interface Props {
  agents: AgentProgress[];
  /** Return why a step is slow or failed, unless the page states it elsewhere. */
  reasonOf?: (agent: AgentProgress) => string | null;
}

/**
 * The agents in order: completed with their time, running with their reports, waiting, or failed. A step keeps its height
 * while it runs, so that nothing below it moves.
 */
export function Checklist({ agents, reasonOf = anyReason }: Props) {
  return (
    <ol class="steps">
      {agents.map((agent) => (
        <Step key={agent.name} agent={agent} reason={reasonOf(agent)} />
      ))}
    </ol>
  );
}

function Step({ agent, reason }: { agent: AgentProgress; reason: string | null }) {
  const bar = useRef<HTMLDivElement>(null);
  const shown = useRef(0);
  const isRunning = agent.status === "running";
  useLayoutEffect(() => {
    shown.current = isRunning ? shareInBar(agent, shown.current) : 0;
    setBar(bar.current, shown.current || null);
  });
  return (
    <li class={`step step-${agent.status}`} data-agent={agent.name}>
      <span class="step-mark" aria-hidden="true" />
      <span class="step-name">{stepName(agent.name)}</span>
      <span class="step-status figures">
        {[stateInWords(agent), reason].filter(Boolean).join(" · ")}
      </span>
      {isRunning && <Bar bar={bar} label={stepName(agent.name)} />}
    </li>
  );
}

/**
 * Return the percent of a step's bar: the reported one, but beside "passage 2 of 3" at most two thirds, unless more was
 * `shown` before.
 */
export function shareInBar({ progress_percent, message }: AgentProgress, shown: number): number {
  const [, place, count] = PLACE.exec(message) ?? [];
  const most = place && count ? (100 * Number(place)) / Number(count) : 100;
  return Math.min(progress_percent, Math.max(most, shown));
}

/** Return why a step failed. */
export function failureOf({ status, message }: AgentProgress): string | null {
  return status === "failed" ? message : null;
}

function anyReason(agent: AgentProgress): string | null {
  return failureOf(agent) ?? agent.slow_reason;
}

function stateInWords({ status, message, started_at, completed_at }: AgentProgress): string {
  if (status === "running") return message || STATUS.running;
  if (status !== "completed" || !started_at || !completed_at) return STATUS[status];
  return `${STATUS.completed} in ${precise((Date.parse(completed_at) - Date.parse(started_at)) / 1000)}`;
}
