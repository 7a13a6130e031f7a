// Renders the console: turns its state and the size of the terminal into lines.
import { columns, harmless } from "../terminal/text.ts";
import { eventLine } from "./events.ts";
import { figures } from "./figures.ts";
import { footer } from "./footer.ts";
import { isTooSmall, type Layout, layoutOf, type ScreenSize, SMALLEST } from "./layout.ts";
import { type PageName } from "./page_names.ts";
import { pageOf } from "./pages.ts";
import { type ConsoleState, indexOfSelected, rowsOf } from "./state.ts";
import { cutLine, fitLine, type ScreenLine, styled } from "./style.ts";
import { tableHead, tableRow } from "./table_view.ts";
import type { ConsoleTexts } from "./texts/texts.ts";

const BESIDE = styled("│", "section");

/** Returns the number of table lines that a terminal shows. */
export function tableRows(state: ConsoleState, screen: ScreenSize): number {
  return layoutOf(rowsOf(state).length, screen).tableRows;
}

/** Renders the page: exactly as many lines as the terminal has, none wider than the terminal. */
export function render(
  state: ConsoleState,
  screen: ScreenSize,
  texts: ConsoleTexts,
): ScreenLine[] {
  const lines = isTooSmall(screen)
    ? [[styled(texts.tooSmall(SMALLEST.columns, SMALLEST.rows), "warning")]]
    : [
      ...figures(state.stats, screen.columns, texts),
      ...(state.help ? help(state.page, screen, texts) : body(state, screen, texts)),
      footer(state, screen.columns, texts),
    ];
  return pad(lines, screen.rows).map((line) => cutLine(line, screen.columns));
}

function body(state: ConsoleState, screen: ScreenSize, texts: ConsoleTexts): ScreenLine[] {
  const layout = layoutOf(rowsOf(state).length, screen);
  const { wide, tableWidth, eventWidth } = layout;
  const table = [
    section(texts.pages[state.page], tableWidth, counted(state, texts)),
    tableHead(state.page, { width: tableWidth, texts, inCluster: isInCluster(state) }),
    ...pad(tableLines(state, layout, texts), layout.tableRows),
  ];
  const events = [
    section(texts.eventsHead, eventWidth),
    ...pad(eventLines(state, layout, texts), layout.eventRows),
  ];
  if (!wide) return [...table, ...events];
  return table.map((line, row) => [
    ...fitLine(line, tableWidth),
    row === 0 ? styled("┬", "section") : BESIDE,
    ...cutLine(events[row]!, eventWidth),
  ]);
}

function counted(state: ConsoleState, texts: ConsoleTexts): string {
  const { page, lists, filter, registration } = state;
  const { rows = [], total = 0 } = lists[page] ?? {};
  const shown = page === "clients" ? rows.length : rowsOf(state).length;
  const details = [
    texts.shown(shown, total),
    ...(filter === "" ? [] : [texts.filter(harmless(filter))]),
    ...(page === "invites" ? registration.map((row) => texts.registrationOpen(row)) : []),
  ];
  return harmless(details.join(" · "));
}

/** Returns the heading line of a section. */
function section(name: string, width: number, detail = ""): ScreenLine {
  const text = `── ${name} ${detail === "" ? "" : `── ${detail} `}`;
  const rest = Math.max(0, width - columns(text));
  return cutLine([styled(text + "─".repeat(rest), "section")], width);
}

// The table scrolls page by page: a line that stays in place is easier to select than one that moves.
function tableLines(
  state: ConsoleState,
  { tableRows, tableWidth }: Layout,
  texts: ConsoleTexts,
): ScreenLine[] {
  const { page, lists, selected, filter } = state;
  const rows = rowsOf(state);
  if (rows.length === 0) {
    if (lists[page] === undefined) return [];
    return [[styled(` ${filter === "" ? texts.empty[page] : texts.nothingFound}`, "faint")]];
  }
  const first = Math.floor(Math.max(0, indexOfSelected(state)) / tableRows) * tableRows;
  const { id } = pageOf(page);
  const view = { width: tableWidth, texts, inCluster: isInCluster(state) };
  return rows.slice(first, first + tableRows).map((row) =>
    tableRow(page, row, { ...view, chosen: id(row) === selected[page] })
  );
}

function isInCluster({ stats }: ConsoleState): boolean {
  return stats?.node !== undefined;
}

function eventLines(
  { events, stats }: ConsoleState,
  { eventRows, eventWidth }: Layout,
  texts: ConsoleTexts,
): ScreenLine[] {
  if (events.length === 0 && stats !== undefined) return [[styled(` ${texts.noEvents}`, "faint")]];
  return events.slice(-eventRows).map((event) => eventLine(event, eventWidth, texts));
}

function help(page: PageName, screen: ScreenSize, texts: ConsoleTexts): ScreenLine[] {
  const lines = [...texts.help[page], "", ...texts.helpEverywhere].map((
    text,
  ): ScreenLine => [styled(`  ${text}`)]);
  return pad(screen.rows - 4 > lines.length ? [[], ...lines] : lines, screen.rows - 4);
}

function pad(lines: readonly ScreenLine[], count: number): ScreenLine[] {
  const missing = Math.max(0, count - lines.length);
  return [...lines, ...Array.from({ length: missing }, () => [])].slice(0, count);
}
