import type { ComponentChildren } from "preact";
import { route, type Route } from "../ui/route";

const PLACES: { views: Route["view"][]; address: string; name: string }[] = [
  { views: ["start"], address: "#/", name: "New" },
  { views: ["analyses", "job", "compare"], address: "#/analyses", name: "Analyses" },
  { views: ["account"], address: "#/account", name: "Settings" },
];

/** The frame around every view. `aside` is additional content for the bar. */
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
        Skip to content
      </a>
      <header class="shell-bar">
        <a class="wordmark" href="#/">
          Alex
        </a>
        {aside}
        <nav aria-label="Page">
          {PLACES.map(({ views, address, name }) => (
            <a
              key={address}
              href={address}
              {...(views.includes(route.value.view) ? { "aria-current": "page" } : {})}
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

/** Not a plain link, because the part of the URL after `#` selects the view. */
function toMain(event: Event) {
  event.preventDefault();
  const heading = document.querySelector<HTMLElement>("main h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}
