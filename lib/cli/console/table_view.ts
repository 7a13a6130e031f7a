// The table of the console's page, with as many columns as fit.
import { fit, harmless } from "../terminal/text.ts";
import type { PageName } from "./page_names.ts";
import type { AnyRow, Column } from "./pages.ts";
import { pageOf } from "./pages.ts";
import { type ScreenLine, type Span, styled } from "./style.ts";
import type { ConsoleTexts } from "./texts/texts.ts";

const MAIN_WIDTH_MIN = 14;
const MAIN_WIDTH_MAX = 34;

/** How the table is shown. */
export interface TableView {
  readonly width: number;
  readonly texts: ConsoleTexts;
  /** Whether the server is part of a cluster. */
  readonly inCluster: boolean;
}

/** Returns the heading of the table. */
export function tableHead(page: PageName, view: TableView): ScreenLine {
  const { texts } = view;
  return cells(page, { ...view, mark: " " }, ({ name }) => styled(texts.columns[name], "heading"));
}

/** Returns the line of a row. The selected one has a mark, for terminals without styles. */
export function tableRow(
  page: PageName,
  row: AnyRow,
  { chosen, ...view }: TableView & { readonly chosen: boolean },
): ScreenLine {
  const line = cells(
    page,
    { ...view, mark: chosen ? ">" : " " },
    (column) => styled(column.text(row, view.texts), column.style(row)),
  );
  return chosen ? line.map(({ text }) => styled(text, "chosen")) : line;
}

function cells(
  page: PageName,
  { width, inCluster, mark }: TableView & { readonly mark: string },
  cell: (column: Column<AnyRow>) => Span,
): ScreenLine {
  let left = width - 1 - MAIN_WIDTH_MIN;
  const shown = pageOf(page).columns.filter(({ width, ofCluster }) => {
    if (ofCluster && !inCluster) return false;
    return width === undefined || (left -= width + 2) >= 0;
  });
  const taken = shown.reduce((sum, { width = 0 }) => sum + width + 2, -1);
  const main = Math.min(MAIN_WIDTH_MAX, width - taken);
  const line = shown.flatMap((column) => {
    const { text, style } = cell(column);
    return [styled("  "), styled(fit(harmless(text), column.width ?? main, column.align), style)];
  });
  return [styled(mark), ...line.slice(1)];
}
