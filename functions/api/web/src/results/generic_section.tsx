import { capitalised } from "../words/agents";
import { NarrationNote } from "./narration";
import { Prose } from "./prose";
import { isRecord } from "./unknown";

type Fields = Record<string, unknown>;

const ABOUT = ["agent", "generated_at", "mock", "narration"];
const LONGEST_CELL = 60;

/** A section without a design of its own: its texts (Markdown), its figures as a table, then its groups and lists. */
export function GenericSection({ payload }: { payload: Fields }) {
  return (
    <>
      <NarrationNote payload={payload} />
      <Parts fields={payload} />
    </>
  );
}

function Parts({ fields }: { fields: Fields }) {
  const shown = Object.entries(fields).filter(
    ([name, value]) => !ABOUT.includes(name) && !isEmpty(value),
  );
  const figures = shown.filter((field) => !isText(field) && !isGroup(field[1]));
  return (
    <>
      {shown.filter(isText).map(([name, text]) => (
        <Prose key={name} markdown={text} />
      ))}
      {figures.length > 0 && (
        <Table
          header={["Figure", "Value"]}
          rows={figures.map(([name, v]) => [capitalised(name), v])}
        />
      )}
      {shown.map(
        ([name, value]) =>
          isGroup(value) && (
            <section key={name} class="stack">
              <h3>{capitalised(name)}</h3>
              {isRecord(value) ? <Parts fields={value} /> : <Listing items={value as unknown[]} />}
            </section>
          ),
      )}
    </>
  );
}

/** Objects are the rows of a table, anything else is a list. */
function Listing({ items }: { items: unknown[] }) {
  if (!items.every(isRecord)) {
    return (
      <ul>
        {items.map((item, place) => (
          <li key={place}>{inWords(item)}</li>
        ))}
      </ul>
    );
  }
  const columns = [...new Set(items.flatMap(Object.keys))].filter((name) => !ABOUT.includes(name));
  return (
    <Table
      header={columns.map(capitalised)}
      rows={items.map((item) => columns.map((name) => item[name]))}
    />
  );
}

function Table({ header, rows }: { header: string[]; rows: unknown[][] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={header.join(", ")}>
      <table>
        <thead>
          <tr>
            {header.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} class={typeof cell === "number" ? "amount" : undefined}>
                  {inWords(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isText(field: [string, unknown]): field is [string, string] {
  const [name, value] = field;
  return typeof value === "string" && (name === "content" || value.length > LONGEST_CELL);
}

function isGroup(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === "" || (isGroup(value) && Object.keys(value as object).length === 0)
  );
}

/** Numbers to two decimals, with commas from 10,000 on: a year has none. */
function inWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    const useGrouping = Math.abs(value) >= 10_000;
    return value.toLocaleString("en-US", { maximumFractionDigits: 2, useGrouping });
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
