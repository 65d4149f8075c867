/** Markdown to safe HTML. Loaded lazily with the first text, because it is half of the page's code. */

import DOMPurify from "dompurify";
import { Marked } from "marked";
import { addBars } from "./barred_table";
import { explainTerms } from "./explained";
import { makeSortable } from "./sortable_table";

/**
 * Raw HTML becomes text. Headings move down one level, and the text's title is dropped, because the page has its own.
 */
const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    html: ({ text }) => escaped(text),
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 1);
      return depth === 1 ? "" : `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
  },
});

/** The elements of a report. Nothing that loads, runs, styles, or accepts input. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."p br hr em strong del code pre blockquote ul ol li".split(" "),
    ..."h2 h3 h4 h5 h6 table thead tbody tr th td a".split(" "),
  ],
  ALLOWED_ATTR: ["href", "align", "start"],
  // These attributes aren't URIs, so they needn't match the URI pattern.
  ADD_URI_SAFE_ATTR: ["align", "start"],
  ALLOWED_URI_REGEXP: /^https?:/i,
};

/** Return HTML before sanitizing. A number and its percent sign stay on one line. */
export function toHtml(text: string): string {
  return marked.parse(text.replaceAll(/(?<=\d) %/g, "\u00a0%"), { async: false });
}

/** The first column of the table that can be sorted. */
const SORTABLE = "Holding";

/** Return a document fragment. Shares in tables have bars; wide tables scroll separately, also by keyboard. */
export function renderMarkdown(text: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(toHtml(text), { ...ALLOWED, RETURN_DOM_FRAGMENT: true });
  fragment.querySelectorAll("table").forEach((table, place) => {
    addBars(table);
    if (table.querySelector("th")?.textContent === SORTABLE) makeSortable(table);
    wrap(table, place + 1);
  });
  explainTerms(fragment);
  for (const link of fragment.querySelectorAll("a")) link.rel = "noopener noreferrer";
  return fragment;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function wrap(table: HTMLTableElement, number: number): void {
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = `Table ${number}: ${headingOf(table)}`;
  table.replaceWith(scroll);
  scroll.append(table);
}

/** The text of the last heading before an element, or its first cell's without one. */
function headingOf(table: HTMLTableElement): string {
  let before = table.previousElementSibling;
  while (before && !/^H[2-6]$/.test(before.tagName)) before = before.previousElementSibling;
  return (before ?? table.querySelector("th"))?.textContent ?? "";
}
