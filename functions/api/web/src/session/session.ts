import { signal, type ReadonlySignal } from "@preact/signals";
import { ErrorTimeout, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import type { Config } from "../api/types";
import { forgetPerson } from "../ui/browser_storage";

/** `expired`: the user was signed in, but the issuer no longer renews the session. */
export type SessionState = "signed-in" | "signed-out" | "expired";

/** Tokens are renewed when they expire within this many seconds. */
const MARGIN_S = 60;

/**
 * The user's session: OpenID Connect with the authorization code flow and PKCE.
 *
 * Tokens are stored in sessionStorage: they survive a refresh, but other tabs and the next user of this device can't
 * read them. Any script of the page could read them wherever they were stored; the page's policy allows no other
 * scripts.
 */
export class Session {
  private readonly current = signal<SessionState>("signed-out");
  private renewal: Promise<User | null> | null = null;
  private user: User | null = null;

  private constructor(private readonly manager: UserManager) {}

  get state(): ReadonlySignal<SessionState> {
    return this.current;
  }

  /** Empty while signed out. */
  get person(): string {
    return this.user?.profile.sub ?? "";
  }

  /** Resume the session of this tab, or complete the sign-in after the issuer's redirect. */
  static async begin(config: Config): Promise<Session> {
    const session = new Session(managerOf(config));
    const answered = new URLSearchParams(location.search);
    const user = answered.has("state") ? await session.cameBack() : await session.manager.getUser();
    session.keep(user);
    return session;
  }

  /** Redirect to the issuer, and back to the same view. */
  signIn(): Promise<void> {
    return this.manager.signinRedirect({
      state: location.hash,
      nonce: crypto.randomUUID(),
    });
  }

  /** End the session here and at the issuer, and remove the user's data from this browser. */
  async signOut(): Promise<void> {
    await this.revoke();
    await this.manager.removeUser();
    forgetPerson();
    this.user = null;
    this.current.value = "signed-out";
    const { client_id, metadata } = this.manager.settings;
    if (metadata?.end_session_endpoint) {
      // Cognito uses nonstandard parameter names.
      await this.manager.signoutRedirect({
        extraQueryParams: { client_id, logout_uri: `${location.origin}/` },
      });
    }
  }

  /** Revoke the refresh token, so that copies are useless too. Signing out continues if the issuer is unreachable. */
  private async revoke(): Promise<void> {
    if (!this.user?.refresh_token) return;
    try {
      await this.manager.revokeTokens(["refresh_token"]);
    } catch (error) {
      console.warn("The session was not revoked:", error instanceof Error ? error.message : "");
    }
  }

  /** Return the access token; null if the user has to sign in first. Rejects if the issuer is unreachable. */
  async token(): Promise<string | null> {
    if (this.user === null || this.current.value !== "signed-in") return null;
    if ((this.user.expires_in ?? Infinity) > MARGIN_S) return this.user.access_token;
    return this.renewed(this.user.access_token);
  }

  /** Return a new token after this one was rejected or is about to expire. Concurrent requests share it. */
  async renewed(refused: string): Promise<string | null> {
    if (this.user !== null && this.user.access_token !== refused) return this.user.access_token;
    this.renewal ??= this.renew().finally(() => (this.renewal = null));
    return (await this.renewal)?.access_token ?? null;
  }

  private async renew(): Promise<User | null> {
    try {
      // Without a refresh token the library would load the issuer in a frame, which the page's policy forbids.
      const user = this.user?.refresh_token ? await this.manager.signinSilent() : null;
      this.user = user ?? this.user;
      this.current.value = user ? "signed-in" : "expired";
      return user;
    } catch (error) {
      // `fetch` rejects with these if there was no response; any other error is a final response.
      if (error instanceof TypeError || error instanceof ErrorTimeout) throw error;
      this.current.value = "expired";
      return null;
    }
  }

  /** Handle an invalid callback (a bookmark, or one that came late) by showing the page without signing in. */
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
