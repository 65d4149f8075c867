import { useEffect, useMemo } from "preact/hooks";
import type { Watch } from "../live";
import { ProgressWindow } from "../progress/window";
import { jobAddress, route } from "../ui/route";
import { AccountView } from "./account";
import { AnalysesView } from "./analyses";
import { Connection } from "./connection";
import { findRunning, followed } from "./followed";
import { JobPage } from "./job";
import { Shell } from "./shell";
import { StartView } from "./start";

interface Props {
  /** Start to follow a job. */
  open: (jobId: string) => Watch;
  onSignOut: () => Promise<void>;
}

/** The page for signed-in users. */
export function Page({ open, onSignOut }: Props) {
  useEffect(() => void findRunning(), []);
  const shown = route.value;
  const jobId = shown.view === "job" ? shown.id : followed.value;
  const watch = useMemo(() => (jobId ? open(jobId) : null), [jobId]);
  useEffect(() => () => watch?.stop(), [watch]);
  const inWindow = shown.view !== "job" && watch && jobId;
  return (
    <Shell aside={watch && <Connection watch={watch} />}>
      {shown.view === "start" && <StartView />}
      {shown.view === "analyses" && <AnalysesView />}
      {shown.view === "account" && <AccountView onSignOut={onSignOut} />}
      {shown.view === "job" && watch && <JobPage key={shown.id} watch={watch} />}
      {inWindow && (
        <ProgressWindow
          watch={watch}
          address={jobAddress(jobId)}
          onClose={() => (followed.value = null)}
        />
      )}
    </Shell>
  );
}
