import { useEffect, useMemo } from "preact/hooks";
import { watch as follow } from "../live/watch";
import { ProgressWindow } from "../progress/window";
import { go, jobAddress, route } from "../ui/route";
import { AccountView } from "./account";
import { AnalysesView } from "./analyses";
import { CompareView } from "./compare";
import { Connection } from "./connection";
import { findRunning, followed } from "./followed";
import { JobPage } from "./job";
import { SampleView } from "./sample";
import { Shell } from "./shell";
import { StartView } from "./start";

interface Props {
  /** The signed-in user. */
  person: string;
  onSignOut: () => Promise<void>;
}

/** The page for signed-in users. */
export function Page({ person, onSignOut }: Props) {
  useEffect(() => void findRunning(), []);
  const shown = route.value;
  const jobId = shown.view === "job" ? shown.id : followed.value;
  const watch = useMemo(() => (jobId ? follow(person, jobId) : null), [person, jobId]);
  useEffect(() => () => watch?.stop(), [watch]);
  const inWindow = shown.view !== "job" && watch && jobId;
  return (
    <Shell aside={watch && <Connection watch={watch} />}>
      {shown.view === "start" && <StartView />}
      {shown.view === "analyses" && <AnalysesView watch={watch} />}
      {shown.view === "account" && <AccountView onSignOut={onSignOut} />}
      {shown.view === "sample" && <SampleView onUpload={() => go("#/")} />}
      {shown.view === "compare" && <CompareView key={shown.ids.join()} ids={shown.ids} />}
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
