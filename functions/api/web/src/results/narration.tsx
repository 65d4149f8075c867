import { isRecord } from "./unknown";

/** Says which text a language model wrote; nothing, where the payload does not tell. */
export function NarrationNote({ payload }: { payload: object | null | undefined }) {
  const narration = payload && "narration" in payload ? payload.narration : null;
  if (!isRecord(narration)) return null;
  const model = typeof narration["model"] === "string" ? narration["model"] : null;
  return (
    <p class="small soft narration">
      {model
        ? `Worded by a language model (${model}); every figure was computed and checked.`
        : "Worded from templates, without a language model; every figure was computed."}
    </p>
  );
}
