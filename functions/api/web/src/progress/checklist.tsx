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

/** The agents in order: completed with their time, running with what they reported, waiting, or failed. */
export function Checklist({ agents }: { agents: AgentProgress[] }) {
  return (
    <ol class="steps">
      {agents.map((agent) => (
        <Step key={agent.name} agent={agent} />
      ))}
    </ol>
  );
}

function Step({ agent }: { agent: AgentProgress }) {
  const bar = useRef<HTMLDivElement>(null);
  const isRunning = agent.status === "running";
  useLayoutEffect(() => setBar(bar.current, agent.progress_percent || null));
  return (
    <li class={`step step-${agent.status}`} data-agent={agent.name}>
      <span class="step-mark" aria-hidden="true" />
      <span class="step-name">{stepName(agent.name)}</span>
      <span class="step-status figures">{statusInWords(agent)}</span>
      {isRunning && (
        <div class="step-more">
          <Bar bar={bar} label={stepName(agent.name)} />
          <span class="small muted">{agent.message}</span>
        </div>
      )}
      {agent.status === "failed" && agent.message && (
        <div class="step-more small">{agent.message}</div>
      )}
      {agent.slow_reason && <div class="step-more small muted">{agent.slow_reason}</div>}
    </li>
  );
}

function statusInWords({ status, started_at, completed_at }: AgentProgress): string {
  if (status !== "completed" || !started_at || !completed_at) return STATUS[status];
  return `${STATUS.completed} in ${precise((Date.parse(completed_at) - Date.parse(started_at)) / 1000)}`;
}
