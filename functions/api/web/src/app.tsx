import { Landing } from "./landing/landing";
import { SignInAgain } from "./session/sign_in_again";
import type { Session } from "./session/session";
import { Deferred } from "./ui/deferred";
import { route } from "./ui/route";

const loadPage = () => import("./views/page");
const loadSample = () => import("./views/sample");

interface Props {
  /** Null for a visitor. */
  session: Session | null;
  onSignIn: () => Promise<void>;
}

/** Visitors get the landing page and the sample. The code of other views is loaded when they are opened. */
export function App({ session, onSignIn }: Props) {
  const state = session?.state.value ?? "signed-out";
  if (session && state !== "signed-out") {
    return (
      <>
        <Deferred load={loadPage}>
          {({ Page }) => <Page person={session.person} onSignOut={() => session.signOut()} />}
        </Deferred>
        {state === "expired" && <SignInAgain session={session} />}
      </>
    );
  }
  if (route.value.view !== "sample") return <Landing onSignIn={onSignIn} />;
  return (
    <Deferred load={loadSample}>
      {({ VisitorsSample }) => <VisitorsSample onSignIn={onSignIn} />}
    </Deferred>
  );
}
