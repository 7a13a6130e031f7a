// The console's picture: what is known, and the size of the terminal, to lines of text.
import type { Rates, ServerStats } from "../../chat/operations.ts";
import { columns as columnsOf, cut, fit, harmless } from "../terminal/text.ts";
import { size, span } from "../terminal/units.ts";
import { targetName } from "./press.ts";
import { type ConsoleState, indexOfSelected } from "./state.ts";
import { tableHead, tableRow } from "./table_view.ts";
import type { ActionName, ConsoleTexts } from "./texts.ts";

/** A terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** How a line is shown. */
export type LineStyle = "plain" | "bar" | "heading" | "chosen" | "faint" | "wrong";

/** A line of the picture: at most as wide as the terminal, and harmless. */
export interface ScreenLine {
  readonly text: string;
  readonly style: LineStyle;
}

/** Smallest terminal that shows anything useful. */
export const SMALLEST: ScreenSize = { columns: 60, rows: 12 };

/** Lines that are neither the table nor the events: four above, two headings, one below. */
const FIXED_ROWS = 6;
const EVENT_ROWS_MAX = 8;

/** Lines of the table that a terminal shows. */
export function tableRows({ rows }: ScreenSize): number {
  return Math.max(1, rows - FIXED_ROWS - eventRows(rows));
}

function eventRows(rows: number): number {
  return Math.min(EVENT_ROWS_MAX, Math.floor((rows - FIXED_ROWS) / 3));
}

/** The picture: exactly as many lines as the terminal has. */
export function render(
  state: ConsoleState,
  screen: ScreenSize,
  texts: ConsoleTexts,
): ScreenLine[] {
  const lines = screen.columns < SMALLEST.columns || screen.rows < SMALLEST.rows
    ? [plain(texts.tooSmall(SMALLEST.columns, SMALLEST.rows))]
    : [
      ...header(state, screen, texts),
      ...(state.help ? help(screen, texts) : body(state, screen, texts)),
      footer(state, screen, texts),
    ];
  while (lines.length < screen.rows) lines.push(plain(""));
  return lines.slice(0, screen.rows).map(({ text, style }) => ({
    style,
    text: style === "plain" || style === "faint" || style === "wrong"
      ? cut(text, screen.columns)
      : fit(text, screen.columns),
  }));
}

function plain(text: string): ScreenLine {
  return { text, style: "plain" };
}

function header(state: ConsoleState, screen: ScreenSize, texts: ConsoleTexts): ScreenLine[] {
  const { stats } = state;
  if (stats === undefined) {
    return [{ text: " ClassCord", style: "bar" }, plain(` ${texts.connecting}`), plain("")];
  }
  const title = ` ClassCord ${harmless(stats.version)}`;
  const up = `${texts.up} ${span(stats.uptime)} `;
  const gap = screen.columns - columnsOf(title) - columnsOf(up);
  return [
    { text: title + " ".repeat(Math.max(1, gap)) + up, style: "bar" },
    plain(join(peopleFigures(stats, texts), screen)),
    plain(join(machineFigures(stats, texts), screen)),
  ];
}

function peopleFigures(stats: ServerStats, texts: ConsoleTexts): string[] {
  const { users, rates } = stats;
  return [
    `${texts.connections} ${stats.connections}`,
    `${users.member} ${texts.members}`,
    `${users.guest} ${texts.guests}`,
    `${texts.messages} ${rate(rates.messages, texts)}`,
    `${texts.deliveries} ${rate(rates.deliveries, texts)}`,
    `${texts.refused} ${rate(rates.refused, texts)}`,
  ];
}

function machineFigures(stats: ServerStats, texts: ConsoleTexts): string[] {
  return [
    `${texts.lag} ${stats.lag_ms} ms`,
    `${texts.memory} ${size(stats.memory.rss)}`,
    `${texts.queued} ${size(stats.outbox_bytes)}`,
    `${texts.database} ${size(stats.database_bytes)}`,
  ];
}

function rate(rates: Rates, { perSecond }: ConsoleTexts): string {
  return `${rates["10s"]}${perSecond}`;
}

// What has no room is left out whole: half a figure misleads.
function join(figures: readonly string[], { columns }: ScreenSize): string {
  let line = "";
  for (const figure of figures) {
    const next = `${line}${line === "" ? " " : "   "}${figure}`;
    if (columnsOf(next) > columns) break;
    line = next;
  }
  return line;
}

function body(state: ConsoleState, screen: ScreenSize, texts: ConsoleTexts): ScreenLine[] {
  const rows = tableRows(screen);
  const { clients, total, filter } = state;
  const shown = filter === "" ? "" : `  ${texts.filter}: ${harmless(filter)}`;
  const heading = ` ${texts.events}`;
  const counted = `${texts.shown(clients.length, total)}${shown} `;
  const gap = Math.max(1, screen.columns - columnsOf(heading) - columnsOf(counted));
  const events = state.events.slice(-eventRows(screen.rows));
  return [
    { text: tableHead(screen.columns, texts), style: "heading" },
    ...pad(tableLines(state, rows, { screen, texts }), rows),
    { text: heading + " ".repeat(gap) + counted, style: "heading" },
    ...pad(events.map((event) => plain(` ${event}`)), eventRows(screen.rows)),
  ];
}

// The table turns page by page: lines that stand still are easier to hit than lines that slide.
function tableLines(
  state: ConsoleState,
  rows: number,
  { screen, texts }: { screen: ScreenSize; texts: ConsoleTexts },
): ScreenLine[] {
  if (state.clients.length === 0) {
    return state.stats === undefined ? [] : [{ text: ` ${texts.nobody}`, style: "faint" }];
  }
  const first = Math.floor(Math.max(0, indexOfSelected(state)) / rows) * rows;
  return state.clients.slice(first, first + rows).map((client) => ({
    text: tableRow(client, screen.columns),
    style: client.conn === state.selected ? "chosen" : "plain",
  }));
}

function help(screen: ScreenSize, texts: ConsoleTexts): ScreenLine[] {
  return pad(["", ...texts.help].map((text) => plain(`  ${text}`)), screen.rows - 4);
}

function footer(state: ConsoleState, screen: ScreenSize, texts: ConsoleTexts): ScreenLine {
  const { dialog, notice } = state;
  if (notice !== undefined) {
    return { text: ` ${harmless(notice.text)}`, style: notice.wrong ? "wrong" : "plain" };
  }
  if (dialog === undefined) return { text: ` ${texts.keys}`, style: "faint" };
  const question = dialog.questions[0]!;
  const target = harmless(targetName(dialog));
  if (question === "sure") {
    return { text: ` ${texts.confirm(dialog.action as ActionName, target)}`, style: "bar" };
  }
  const label = `${target === "" ? "" : `${target}: `}${texts.ask[question]}: `;
  return {
    text: ` ${label}${lastColumns(`${harmless(dialog.input)}_`, screen, label)}`,
    style: "bar",
  };
}

// Of a long answer, the end is what is being typed.
function lastColumns(text: string, { columns }: ScreenSize, label: string): string {
  let shown = text;
  while (shown !== "" && columnsOf(shown) > Math.max(10, columns - columnsOf(label) - 2)) {
    shown = shown.replace(/^.\p{M}*/su, "");
  }
  return shown;
}

function pad(lines: readonly ScreenLine[], count: number): ScreenLine[] {
  const missing = Math.max(0, count - lines.length);
  return [...lines, ...Array.from({ length: missing }, () => plain(""))].slice(0, count);
}
