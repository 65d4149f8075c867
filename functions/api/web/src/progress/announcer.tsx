/** Announcements of a job for screen readers: one sentence per stage change, none for each percent. */

import { useEffect, useRef, useState } from "preact/hooks";
import { isActive, type AgentStatus, type Job } from "../api/types";
import { stepName } from "../words/agents";
import { JOB_STATUS } from "../words/job_status";

const STEP: Partial<Record<AgentStatus, string>> = {
  running: "Started",
  completed: "Done",
  failed: "Failed",
};

/** Announces changes to screen readers. It must stay mounted while the job runs, or announcements are lost. */
export function Announcer({ job }: { job: Job }) {
  const heard = useRef<Job | null>(null);
  const [said, say] = useState("");
  useEffect(() => {
    const news = announcement(heard.current, job);
    heard.current = job;
    if (news) say(news);
  }, [job]);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}

/** Return the news in `job` since `before`; empty if there is none. For an ended job, return only its status. */
export function announcement(before: Job | null, job: Job): string {
  const change = job.status === before?.status ? [] : [JOB_STATUS[job.status]];
  if (!isActive(job)) return change.join();
  const isAnother = before !== null && before.attempt > 0 && job.attempt > before.attempt;
  const earlier = new Map(before?.progress_data?.agents.map((agent) => [agent.name, agent.status]));
  const steps = (before && job.progress_data?.agents)?.filter(
    (agent) => agent.status !== earlier.get(agent.name),
  );
  return [
    ...(isAnother ? ["The analysis was restarted."] : []),
    ...change,
    ...(steps ?? []).flatMap(({ name, status }) =>
      STEP[status] ? [`${STEP[status]}: ${stepName(name)}.`] : [],
    ),
  ].join(" ");
}
