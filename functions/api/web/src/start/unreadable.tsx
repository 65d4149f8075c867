import type { LineProblem } from "./lines";

/** What could not be read in a file, row by row. */
export function Unreadable({
  problems,
  detail,
  name,
}: {
  problems: LineProblem[];
  detail: string;
  name: string;
}) {
  return (
    <div class="notice notice-bad stack">
      <p>
        <strong>{name} was not imported.</strong> {detail} Nothing was changed: correct the file,
        and choose it again.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="What to correct">
        <table class="problems">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">What it says</th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {problems.map(({ line, text, message }, index) => (
              <tr key={index}>
                <td class={line ? "" : "whole-file"}>{line ?? "File"}</td>
                <td class="as-written">{text}</td>
                <td>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
