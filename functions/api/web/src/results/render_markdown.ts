/** Markdown as safe HTML. Loaded when the first text is shown: it is half of all code that the page needs. */

import DOMPurify from "dompurify";
import { Marked } from "marked";

const marked = new Marked({ gfm: true, breaks: false });

/** What a report consists of. Nothing that loads, runs, styles or asks for input. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."p br hr em strong del code pre blockquote ul ol li".split(" "),
    ..."h2 h3 h4 h5 h6 table thead tbody tr th td a".split(" "),
  ],
  ALLOWED_ATTR: ["href", "align", "start"],
  // What is no address need not look like one.
  ADD_URI_SAFE_ATTR: ["align", "start"],
  ALLOWED_URI_REGEXP: /^https?:/i,
};

/**
 * A document fragment, with headings one level down: the page has a title of its own, so that the text's goes. Wide
 * tables scroll by themselves, also by keyboard.
 */
export function renderMarkdown(text: string): DocumentFragment {
  const html = marked.parse(text, { async: false });
  const source = new DOMParser().parseFromString(html, "text/html");
  for (const level of [5, 4, 3, 2]) {
    for (const heading of source.querySelectorAll(`h${level}`)) rename(heading, `h${level + 1}`);
  }
  for (const title of source.querySelectorAll("h1")) title.remove();
  const fragment = DOMPurify.sanitize(source.body.innerHTML, {
    ...ALLOWED,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const table of fragment.querySelectorAll("table")) wrap(table);
  for (const link of fragment.querySelectorAll("a")) link.rel = "noopener noreferrer";
  return fragment;
}

function rename(heading: Element, name: string): void {
  const renamed = heading.ownerDocument.createElement(name);
  renamed.append(...heading.childNodes);
  heading.replaceWith(renamed);
}

function wrap(table: HTMLTableElement): void {
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = "Table";
  table.replaceWith(scroll);
  scroll.append(table);
}
