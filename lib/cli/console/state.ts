// The state of the console. Pure functions return the new state for each message from the server and each key.
import type { ServerStats } from "../../protocol/replies/operator.ts";
import type { RegistrationRow } from "../../protocol/replies/invite_admin.ts";
import type { Line } from "../admin/client.ts";
import type { Dialog } from "./dialog.ts";
import { type PageName, PAGES, type Target } from "./page_names.ts";
import { type AnyRow, pageOf, type Rows } from "./pages.ts";

/** Maximum number of events to keep: more than any terminal has lines. */
const EVENTS_MAX = 200;

/** The rows of a page, as the server sent them. */
export interface List<R> {
  readonly rows: readonly R[];
  /** How many there are, including those that were not sent. */
  readonly total: number;
}

/** The lists of the pages that were read. */
export type Lists = { readonly [P in PageName]?: List<Rows[P]> };

/** Everything that the screen shows. */
export interface ConsoleState {
  readonly stats: ServerStats | undefined;
  readonly page: PageName;
  readonly lists: Lists;
  /** The id of the selected row of each page. */
  readonly selected: Readonly<Partial<Record<PageName, string>>>;
  readonly filter: string;
  /** The times of open registration. */
  readonly registration: readonly RegistrationRow[];
  /** The latest events from the server, newest last. */
  readonly events: readonly Line[];
  readonly dialog: Dialog | undefined;
  readonly help: boolean;
  /** The result of the last action. */
  readonly notice: { readonly text: string; readonly wrong: boolean } | undefined;
}

/** Returns the state before the first reply. */
export function initialState(): ConsoleState {
  return {
    stats: undefined,
    page: PAGES[0],
    lists: {},
    selected: {},
    filter: "",
    registration: [],
    events: [],
    dialog: undefined,
    help: false,
    notice: undefined,
  };
}

/** Returns the state with new figures. */
export function withStats(state: ConsoleState, stats: ServerStats): ConsoleState {
  return { ...state, stats };
}

/** Returns the state with new rows of a page. If the selected row is gone, the one in its place is selected. */
export function withList<P extends PageName>(
  state: ConsoleState,
  page: P,
  list: List<Rows[P]>,
): ConsoleState {
  const before = Math.max(0, indexOfSelected({ ...state, page }));
  return settled({ ...state, lists: { ...state.lists, [page]: list } }, page, before);
}

/** Returns the state with another filter. */
export function withFilter(state: ConsoleState, filter: string): ConsoleState {
  return settled({ ...state, filter }, state.page, 0);
}

/** Returns the state with another page. */
export function withPage(state: ConsoleState, page: PageName): ConsoleState {
  return page === state.page ? state : settled({ ...state, page, filter: "" }, page, 0);
}

function settled(state: ConsoleState, page: PageName, before: number): ConsoleState {
  const rows = rowsOf({ ...state, page });
  const { id } = pageOf(page);
  const stays = rows.some((row) => id(row) === state.selected[page]);
  if (stays) return state;
  const instead = rows[Math.min(before, rows.length - 1)];
  const selected = { ...state.selected };
  if (instead === undefined) delete selected[page];
  else selected[page] = id(instead);
  return { ...state, selected };
}

/** Returns the state with another event. */
export function withEvent(state: ConsoleState, event: Line): ConsoleState {
  return { ...state, events: [...state.events, event].slice(-EVENTS_MAX) };
}

/** Returns the state with the result of an action. */
export function withNotice(state: ConsoleState, text: string, wrong = false): ConsoleState {
  return { ...state, notice: { text, wrong } };
}

/** Moves the selection by some lines. */
export function moved(state: ConsoleState, by: number): ConsoleState {
  const rows = rowsOf(state);
  if (rows.length === 0) return state;
  const index = Math.max(0, Math.min(rows.length - 1, indexOfSelected(state) + by));
  const selected = { ...state.selected, [state.page]: pageOf(state.page).id(rows[index]!) };
  return { ...state, selected };
}

/** Returns the rows to show: those that match the filter. The server itself filters connections. */
export function rowsOf({ page, lists, filter }: ConsoleState): readonly AnyRow[] {
  const rows: readonly AnyRow[] = lists[page]?.rows ?? [];
  if (page === "clients" || filter === "") return rows;
  const wanted = filter.toLowerCase();
  const { target } = pageOf(page);
  return rows.filter((row) => target(row).name.toLowerCase().includes(wanted));
}

/** Returns what an action needs to know of the selected row. */
export function selectedTarget(state: ConsoleState): Target | undefined {
  const row = rowsOf(state)[indexOfSelected(state)];
  return row === undefined ? undefined : pageOf(state.page).target(row);
}

/** Returns the index of the selected row in the list that is shown, or -1. */
export function indexOfSelected(state: ConsoleState): number {
  const { id } = pageOf(state.page);
  return rowsOf(state).findIndex((row) => id(row) === state.selected[state.page]);
}
