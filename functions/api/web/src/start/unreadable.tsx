import type { LineProblem } from "./lines";

/** The lines of a file that can't be imported, and how to fix each. */
export function Unreadable({ problems, name }: { problems: LineProblem[]; name: string }) {
  return (
    <div class="notice notice-bad stack">
      <p>
        <strong>{name} was not imported.</strong> Nothing was changed. Correct the file, then choose
        it again.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="What to correct">
        <table class="problems">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Content</th>
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
