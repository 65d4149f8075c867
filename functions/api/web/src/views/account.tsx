import { useState } from "preact/hooks";
import { eraseUser } from "../api/alex";
import { Action } from "../ui/action";
import { Confirm } from "../ui/confirm";
import { ProblemNotice } from "../ui/problem";
import { chosenTheme } from "../ui/theme";
import { capitalized } from "../words/agents";

/** Settings: appearance, and deleting all data. */
export function AccountView({ onSignOut }: { onSignOut: () => Promise<void> }) {
  const [outcome, setOutcome] = useState<{ isErased: boolean; error: unknown }>({
    isErased: false,
    error: null,
  });
  return (
    <main id="main" class="page stack-wide">
      <div class="row row-apart">
        <h1>Settings</h1>
        <Action onAct={onSignOut} busy="Signing out…">
          Sign out
        </Action>
      </div>
      <section class="card stack">
        <h2>This browser</h2>
        <fieldset class="kinds">
          <legend>Colors</legend>
          {(["system", "light", "dark"] as const).map((choice) => (
            <label class="check" key={choice}>
              <input
                type="radio"
                name="theme"
                checked={chosenTheme.value === choice}
                onChange={() => (chosenTheme.value = choice)}
              />
              {choice === "system" ? "Match system" : capitalized(choice)}
            </label>
          ))}
        </fieldset>
      </section>
      <section class="card stack">
        <h2>Your data</h2>
        <p>
          Your settings, accounts, positions, and analyses belong to you. You can delete all of
          them. This can't be undone.
        </p>
        <div>
          <Confirm
            label="Delete all my data"
            question="Delete everything?"
            confirm="Delete everything"
            onConfirm={() =>
              eraseUser().then(
                () => setOutcome({ isErased: true, error: null }),
                (error: unknown) => setOutcome({ isErased: false, error }),
              )
            }
          >
            <p>
              This deletes your accounts, positions, settings, and all analyses with their results
              for good.
            </p>
          </Confirm>
        </div>
        <div role="status">
          {outcome.isErased && <p class="notice notice-good">Everything was deleted.</p>}
        </div>
        <ProblemNotice error={outcome.error} />
      </section>
    </main>
  );
}
