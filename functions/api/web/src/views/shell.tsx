import type { ComponentChildren } from "preact";
import { route, type Route } from "../ui/route";

const PLACES: { view: Route["view"]; address: string; name: string }[] = [
  { view: "start", address: "#/", name: "New" },
  { view: "analyses", address: "#/analyses", name: "Analyses" },
  { view: "account", address: "#/account", name: "Settings" },
];

/** What stands around every view. `aside` is what else belongs into the bar. */
export function Shell({
  aside,
  children,
}: {
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <header class="shell-bar">
        <a class="wordmark" href="#/">
          Alex
        </a>
        {aside}
        <nav aria-label="Page">
          {PLACES.map(({ view, address, name }) => (
            <a
              key={view}
              href={address}
              {...(route.value.view === view ? { "aria-current": "page" } : {})}
            >
              {name}
            </a>
          ))}
        </nav>
      </header>
      {children}
    </>
  );
}

/** Not by the link itself: the part of the address after `#` says which view is shown. */
function toMain(event: Event) {
  event.preventDefault();
  const heading = document.querySelector<HTMLElement>("main h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}
