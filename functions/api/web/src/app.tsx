import { useCallback } from "preact/hooks";
import { watch } from "./live/watch";
import type { Session } from "./session/session";
import { SignIn, SignInAgain } from "./session/sign_in";
import { Page } from "./views/page";

export function App({ session }: { session: Session }) {
  const open = useCallback((jobId: string) => watch(session.person, jobId), [session]);
  const state = session.state.value;
  if (state === "signed-out") return <SignIn session={session} />;
  return (
    <>
      <Page open={open} onSignOut={() => session.signOut()} />
      {state === "expired" && <SignInAgain session={session} />}
    </>
  );
}
