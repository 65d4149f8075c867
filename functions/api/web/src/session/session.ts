import { signal, type ReadonlySignal } from "@preact/signals";
import { ErrorTimeout, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import type { Config } from "../api/types";
import { forgetPerson } from "../ui/kept";

/** `expired`: somebody was signed in, and the issuer renews it no more. */
export type SessionState = "signed-in" | "signed-out" | "expired";

/** Renewed when it would end within so many seconds. */
const MARGIN_S = 60;

/**
 * Who is signed in, by OpenID Connect with the code flow and PKCE.
 *
 * Tokens are in sessionStorage: they survive a refresh, and neither other tabs nor the next person at this machine find
 * them. Any script of the page could read them anyway, wherever they were; the page's policy lets no other script run.
 */
export class Session {
  private readonly current = signal<SessionState>("signed-out");
  private renewal: Promise<User | null> | null = null;
  private user: User | null = null;

  private constructor(private readonly manager: UserManager) {}

  get state(): ReadonlySignal<SessionState> {
    return this.current;
  }

  /** Empty while nobody is signed in. */
  get person(): string {
    return this.user?.profile.sub ?? "";
  }

  /** Takes up the session of this tab, or the answer of the issuer, who sent the person back here. */
  static async begin(config: Config): Promise<Session> {
    const session = new Session(managerOf(config));
    const answered = new URLSearchParams(location.search);
    const user = answered.has("state") ? await session.cameBack() : await session.manager.getUser();
    session.keep(user);
    return session;
  }

  /** Leaves the page for the issuer's, and comes back to the same view. */
  signIn(): Promise<void> {
    return this.manager.signinRedirect({
      state: location.hash,
      nonce: crypto.randomUUID(),
    });
  }

  /** Ends the session here and at the issuer, and removes everything that this browser kept of the person. */
  async signOut(): Promise<void> {
    await this.revoke();
    await this.manager.removeUser();
    forgetPerson();
    this.user = null;
    this.current.value = "signed-out";
    const { client_id, metadata } = this.manager.settings;
    if (metadata?.end_session_endpoint) {
      // Cognito has names of its own for what the standard has.
      await this.manager.signoutRedirect({
        extraQueryParams: { client_id, logout_uri: `${location.origin}/` },
      });
    }
  }

  /** Makes the refresh token useless, also to anyone who copied it. Signing out goes on when the issuer can't be reached. */
  private async revoke(): Promise<void> {
    if (!this.user?.refresh_token) return;
    try {
      await this.manager.revokeTokens(["refresh_token"]);
    } catch (error) {
      console.warn("The session was not revoked:", error instanceof Error ? error.message : "");
    }
  }

  /** The access token to send; null when somebody has to sign in first. Rejects when the issuer can't be reached. */
  async token(): Promise<string | null> {
    if (this.user === null || this.current.value !== "signed-in") return null;
    if ((this.user.expires_in ?? Infinity) > MARGIN_S) return this.user.access_token;
    return this.renewed(this.user.access_token);
  }

  /** Another one, after this one was refused or is about to end. Requests that need it at the same time share it. */
  async renewed(refused: string): Promise<string | null> {
    if (this.user !== null && this.user.access_token !== refused) return this.user.access_token;
    this.renewal ??= this.renew().finally(() => (this.renewal = null));
    return (await this.renewal)?.access_token ?? null;
  }

  private async renew(): Promise<User | null> {
    try {
      // Without a refresh token the library would load the issuer into a frame, which the page's policy forbids.
      const user = this.user?.refresh_token ? await this.manager.signinSilent() : null;
      this.user = user ?? this.user;
      this.current.value = user ? "signed-in" : "expired";
      return user;
    } catch (error) {
      // What `fetch` rejects with where no answer came; anything else is an answer that helps nobody.
      if (error instanceof TypeError || error instanceof ErrorTimeout) throw error;
      this.current.value = "expired";
      return null;
    }
  }

  /** An answer that does not fit (a bookmark of it, one that came late) signs nobody in, and shows the page. */
  private async cameBack(): Promise<User | null> {
    let hash: unknown = "";
    let user: User | null = null;
    try {
      user = (await this.manager.signinCallback()) ?? null;
      hash = user?.state;
    } catch (error) {
      console.warn("The sign-in did not succeed:", error instanceof Error ? error.message : "");
      user = await this.manager.getUser();
    }
    history.replaceState(null, "", `/${typeof hash === "string" ? hash : ""}`);
    dispatchEvent(new HashChangeEvent("hashchange"));
    return user;
  }

  private keep(user: User | null): void {
    this.user = user;
    this.current.value = user ? "signed-in" : "signed-out";
  }
}

function managerOf({ issuer, client_id, scope, endpoints }: Config): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: issuer,
    client_id,
    scope,
    redirect_uri: `${location.origin}/`,
    post_logout_redirect_uri: `${location.origin}/`,
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
    ...(endpoints && {
      metadata: {
        issuer,
        authorization_endpoint: endpoints.authorization,
        token_endpoint: endpoints.token,
        end_session_endpoint: endpoints.end_session,
        revocation_endpoint: endpoints.revocation,
      },
    }),
  });
}
