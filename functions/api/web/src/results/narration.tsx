import { isRecord } from "./unknown";

/** States which text a language model wrote; renders nothing if the payload has no narration. */
export function NarrationNote({ payload }: { payload: object | null | undefined }) {
  const words = payload && "narration" in payload ? whoseWords(payload.narration) : null;
  return words && <p class="small muted narration">{words}</p>;
}

/** Describe a payload's `narration`; null if it is missing or malformed. */
export function whoseWords(narration: unknown): string | null {
  if (!isRecord(narration)) return null;
  const model = typeof narration["model"] === "string" ? narration["model"] : null;
  if (!model) return "Written from templates. Every figure is calculated.";
  switch (narration["source"]) {
    case "model":
      return `Written by a language model (${model}) from calculated figures and statements.`;
    case "mixed":
      return `Written partly by a language model (${model}), partly from templates. Every figure is calculated.`;
    default:
      return `Written from templates, because the text by the language model (${model}) failed our checks. Every figure is calculated.`;
  }
}
