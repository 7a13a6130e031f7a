// The table of the console's page, with as many columns as fit.
import { fit, harmless } from "../terminal/text.ts";
import type { PageName } from "./page_names.ts";
import type { AnyRow, Column } from "./pages.ts";
import { pageOf } from "./pages.ts";
import { type ScreenLine, type Span, styled } from "./style.ts";
import type { ConsoleTexts } from "./texts/texts.ts";

const MAIN_WIDTH_MIN = 14;
const MAIN_WIDTH_MAX = 34;

/** Returns the heading of the table. */
export function tableHead(page: PageName, width: number, texts: ConsoleTexts): ScreenLine {
  return cells(page, { width, mark: " " }, ({ name }) => styled(texts.columns[name], "heading"));
}

/** Returns the line of a row. The selected one has a mark, for terminals without styles. */
export function tableRow(
  page: PageName,
  row: AnyRow,
  { width, texts, chosen }: {
    readonly width: number;
    readonly texts: ConsoleTexts;
    readonly chosen: boolean;
  },
): ScreenLine {
  const line = cells(
    page,
    { width, mark: chosen ? ">" : " " },
    (column) => styled(column.text(row, texts), column.style(row)),
  );
  return chosen ? line.map(({ text }) => styled(text, "chosen")) : line;
}

function cells(
  page: PageName,
  { width, mark }: { readonly width: number; readonly mark: string },
  cell: (column: Column<AnyRow>) => Span,
): ScreenLine {
  let left = width - 1 - MAIN_WIDTH_MIN;
  const shown = pageOf(page).columns.filter((column) =>
    column.width === undefined || (left -= column.width + 2) >= 0
  );
  const taken = shown.reduce((sum, { width = 0 }) => sum + width + 2, -1);
  const main = Math.min(MAIN_WIDTH_MAX, width - taken);
  const line = shown.flatMap((column) => {
    const { text, style } = cell(column);
    return [styled("  "), styled(fit(harmless(text), column.width ?? main, column.align), style)];
  });
  return [styled(mark), ...line.slice(1)];
}
