/** Adds a column of bars to a report's table, so that one table is both the chart and its data. */

import { render, type ComponentChild } from "preact";
import { BarKey, ShareBar } from "./bars";
import { shareTable } from "./share_table";

/** Add bars before the numbers of a table of shares; other tables stay as they are. */
export function addBars(table: HTMLTableElement): void {
  const [header, ...rows] = [...table.rows];
  const names = [...header!.cells].findIndex((cell) => cell.getAttribute("align") === "right");
  const bars = shareTable(texts(header!), rows.map(texts));
  if (!bars || names < 1) return;
  table.className = "barred";
  table.dataset["names"] = String(names);
  table.style.setProperty("--columns", String(header!.cells.length));
  insert(header!, names, <BarKey scale={bars.scale} goals={bars.rows} />);
  bars.rows.forEach(({ slice, ...goal }, n) =>
    insert(rows[n]!, names, slice && <ShareBar slice={slice} scale={bars.scale} goal={goal} />),
  );
}

function insert(row: HTMLTableRowElement, place: number, content: ComponentChild): void {
  const cell = row.insertCell(place);
  cell.className = "bar-cell";
  cell.ariaHidden = "true";
  render(content, cell);
}

function texts(row: HTMLTableRowElement): string[] {
  return [...row.cells].map(({ textContent }) => textContent.trim());
}
