import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../api/types";
import { announcement } from "./announce";

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
