// What the console knows and shows. Pure: what comes from the server and from the keyboard goes in, a new
// state comes out.
import type { ClientRow, ServerStats } from "../../protocol/replies/operator.ts";
import type { Line } from "../admin/client.ts";
import type { Dialog } from "./dialog.ts";

/** Events that are kept for showing: more than any terminal has lines. */
const EVENTS_MAX = 200;

/** Everything that is on the screen. */
export interface ConsoleState {
  readonly stats: ServerStats | undefined;
  readonly clients: readonly ClientRow[];
  /** How many connections match the filter, shown or not. */
  readonly total: number;
  /** Number of the chosen connection. */
  readonly selected: number | undefined;
  readonly filter: string;
  /** The latest events as the server tells of them, the newest last. */
  readonly events: readonly Line[];
  readonly dialog: Dialog | undefined;
  readonly help: boolean;
  /** What the last action did. */
  readonly notice: { readonly text: string; readonly wrong: boolean } | undefined;
}

/** The state before the first answer. */
export function initialState(): ConsoleState {
  return {
    stats: undefined,
    clients: [],
    total: 0,
    selected: undefined,
    filter: "",
    events: [],
    dialog: undefined,
    help: false,
    notice: undefined,
  };
}

/** Takes the figures in. */
export function withStats(state: ConsoleState, stats: ServerStats): ConsoleState {
  return { ...state, stats };
}

/** Takes the connections in. If the chosen one has gone, the one in its place is chosen. */
export function withClients(
  state: ConsoleState,
  { clients, total }: { readonly clients: readonly ClientRow[]; readonly total: number },
): ConsoleState {
  const before = Math.max(0, indexOfSelected(state));
  const stays = clients.some(({ conn }) => conn === state.selected);
  const instead = clients[Math.min(before, clients.length - 1)]?.conn;
  return { ...state, clients, total, selected: stays ? state.selected : instead };
}

/** Takes an event in. */
export function withEvent(state: ConsoleState, event: Line): ConsoleState {
  return { ...state, events: [...state.events, event].slice(-EVENTS_MAX) };
}

/** Shows what an action did. */
export function withNotice(state: ConsoleState, text: string, wrong = false): ConsoleState {
  return { ...state, notice: { text, wrong } };
}

/** Chooses the connection that is so many lines further. */
export function moved(state: ConsoleState, by: number): ConsoleState {
  const { clients } = state;
  if (clients.length === 0) return state;
  const index = Math.max(0, Math.min(clients.length - 1, indexOfSelected(state) + by));
  return { ...state, selected: clients[index]!.conn };
}

/** The chosen connection. */
export function selectedClient({ clients, selected }: ConsoleState): ClientRow | undefined {
  return clients.find(({ conn }) => conn === selected);
}

/** The index of the chosen connection in the list, or -1. */
export function indexOfSelected({ clients, selected }: ConsoleState): number {
  return clients.findIndex(({ conn }) => conn === selected);
}
