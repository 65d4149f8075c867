import type { ComponentChild } from "preact";
import { ProblemNotice } from "./problem";
import { useResource } from "./resource";

interface Props<Module> {
  load: () => Promise<Module>;
  children: (module: Module) => ComponentChild;
}

/** Renders a part of the page whose code is in a separate file, once it has loaded. */
export function Deferred<Module>({ load, children }: Props<Module>) {
  const { value, error, reload } = useResource(load, load);
  if (value) return <>{children(value)}</>;
  return (
    <div class="page">{error !== null && <ProblemNotice error={error} onRetry={reload} />}</div>
  );
}
