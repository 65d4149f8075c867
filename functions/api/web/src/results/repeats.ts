/** Remove list items that another text also contains, so that each source appears once. */
export function withoutRepeats(markdown: string, other: string | undefined): string {
  const known = new Set((other ?? "").split("\n").filter((line) => line.startsWith("- ")));
  const lines = markdown.split("\n");
  const kept = lines.filter((line) => !known.has(line));
  if (kept.length === lines.length) return markdown;
  return kept.join("\n").replace("informed by:", "informed by the sources of the report, and by:");
}
