/** Makes a report's table sortable by its columns. */

const NOT_IN_NUMBERS = /[$,%<]/g;

/** Turn the table's headers into buttons that sort its rows; a second click reverses the order. */
export function makeSortable(table: HTMLTableElement): void {
  const header = [...table.tHead!.rows[0]!.cells];
  header.forEach((cell, column) => {
    if (!cell.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain sorter";
    button.append(...cell.childNodes);
    cell.append(button);
    cell.ariaSort = "none";
    button.addEventListener("click", () => {
      const isNumeric = cell.getAttribute("align") === "right";
      const isDescending = cell.ariaSort === "none" ? isNumeric : cell.ariaSort === "ascending";
      header.forEach((other) => other.ariaSort && (other.ariaSort = "none"));
      cell.ariaSort = isDescending ? "descending" : "ascending";
      const body = table.tBodies[0]!;
      const rows = [...body.rows].sort((a, b) => compare(textOf(a, column), textOf(b, column)));
      body.append(...(isDescending ? rows.reverse() : rows));
    });
  });
}

/** Compare amounts or shares, such as `$1,200` and `<1%`, by their values, and other texts by the alphabet. */
export function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => Number(text.replaceAll(NOT_IN_NUMBERS, "")));
  return Number.isNaN(left! - right!) ? a.localeCompare(b) : left! - right!;
}

function textOf(row: HTMLTableRowElement, column: number): string {
  return row.cells[column]!.textContent.trim();
}
