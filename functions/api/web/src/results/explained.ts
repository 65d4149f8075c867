/** Turns the first mention of each term in a rendered text into a button that explains it. */

import { termElement } from "../ui/term";
import { mentions, type TermKey } from "../words/glossary";

const NOT_IN = "h2, h3, h4, h5, h6, a, code, pre";

export function explainTerms(fragment: DocumentFragment): void {
  const explained = new Set<TermKey>();
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (!text.parentElement?.closest(NOT_IN)) explainMentions(text, explained);
  }
}

function explainMentions(text: Text, explained: Set<TermKey>): void {
  let [rest, passed] = [text, 0];
  for (const { key, words, start } of mentions(text.data)) {
    if (explained.has(key)) continue;
    explained.add(key);
    const mention = rest.splitText(start - passed);
    rest = mention.splitText(words.length);
    passed = start + words.length;
    mention.replaceWith(termElement(key, words));
  }
}
