import { h } from "../dom/h";

/** Marks the best of its row, as the server writes it. */
const BEST = "★";

/** The verdict as a table with what is said under it. */
export function verdict(table: readonly (readonly string[])[], remarks: readonly string[]): HTMLElement[] {
  const [head = [], ...rows] = table;
  const lines = rows.map(([name = "", ...cells]) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", best(cell), cell))),
  );
  const drawn = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...lines),
  );
  const notes = remarks.map((remark) => h("p", {}, remark));
  return table.length === 0 ? notes : [drawn, ...notes];
}

function best(cell: string): Record<string, string> {
  return cell.startsWith(BEST) ? { class: "pg-stage-best" } : {};
}
