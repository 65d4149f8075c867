import { useRef } from "preact/hooks";
import type { AgentProgress, AgentStatus } from "../api/types";
import { Bar, setBar } from "../ui/bar";
import { useFrames } from "../ui/frame";
import { stepName } from "../words/agents";
import { precise } from "../words/duration";
import type { Gauge } from "./gauge";

const STATUS: Record<AgentStatus, string> = {
  waiting: "Waiting",
  running: "Running",
  completed: "Done",
  failed: "Failed",
  skipped: "Not done",
};

/** The agents in order: completed with their time, running with their own bar, waiting, or failed. */
export function Checklist({ agents, gauge }: { agents: AgentProgress[]; gauge: Gauge | null }) {
  return (
    <ol class="steps">
      {agents.map((agent) => (
        <Step key={agent.name} agent={agent} gauge={gauge} />
      ))}
    </ol>
  );
}

function Step({ agent, gauge }: { agent: AgentProgress; gauge: Gauge | null }) {
  const bar = useRef<HTMLDivElement>(null);
  const isRunning = agent.status === "running" && gauge !== null;
  useFrames(
    (now) => setBar(bar.current, gauge?.agentPercentAt(agent.name, now) ?? null),
    isRunning,
  );
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
    </li>
  );
}

function statusInWords({ status, started_at, completed_at }: AgentProgress): string {
  if (status !== "completed" || !started_at || !completed_at) return STATUS[status];
  return `${STATUS.completed} in ${precise((Date.parse(completed_at) - Date.parse(started_at)) / 1000)}`;
}
