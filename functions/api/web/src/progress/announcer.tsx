import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../api/types";
import { announcement } from "./announce";

/** Says to screen readers what changed. It has to stay on the page while the job goes on, so that it is heard. */
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
