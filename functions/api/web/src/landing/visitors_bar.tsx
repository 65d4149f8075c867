/** The bar above the pages that need no sign-in. */
export function VisitorsBar({ onSignIn }: { onSignIn: () => Promise<void> }) {
  return (
    <header class="shell-bar">
      <a class="wordmark" href="#/">
        Alex
      </a>
      <button type="button" class="shell-action" onClick={() => void onSignIn()}>
        Sign in
      </button>
    </header>
  );
}
