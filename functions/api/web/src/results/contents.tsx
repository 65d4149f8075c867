import { useEffect, useRef, useState } from "preact/hooks";

/** A part is the current one while it crosses this line; above the first part, that one is. */
const LINE = 0.2;
const CURRENT = { rootMargin: "-20% 0px -79% 0px" };

interface Props {
  names: string[];
  /** The parts' elements by name. */
  places: ReadonlyMap<string, HTMLElement>;
}

/** The names of the parts of a result; each leads to its part. */
export function Contents({ names, places }: Props) {
  const [current, setCurrent] = useState<string | undefined>(names[0]);
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    const first = names[0] ? places.get(names[0]) : undefined;
    const observer = new IntersectionObserver((entries) => {
      const crossing = entries.find(({ isIntersecting }) => isIntersecting);
      const isAbove = first && first.getBoundingClientRect().top > LINE * innerHeight;
      if (isAbove) setCurrent(names[0]);
      else if (crossing) setCurrent(crossing.target.ariaLabel ?? undefined);
    }, CURRENT);
    places.forEach((place) => observer.observe(place));
    return () => observer.disconnect();
  }, [names.join()]);

  useEffect(() => {
    // Not `scrollIntoView`, which would scroll the page, too.
    const button = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (button) list.current!.scrollLeft = button.offsetLeft - button.offsetWidth;
  }, [current]);

  function goTo(name: string) {
    const place = places.get(name);
    const fold = place?.querySelector<HTMLDetailsElement>(":scope > details");
    if (fold) fold.open = true;
    place?.scrollIntoView({ behavior: "smooth" });
    place?.focus({ preventScroll: true });
  }

  return (
    <nav class="parts scroll" aria-label="Parts of the result" ref={list}>
      {names.map((name) => (
        <button
          type="button"
          class="plain"
          key={name}
          aria-current={name === current ? "true" : undefined}
          onClick={() => goTo(name)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}
