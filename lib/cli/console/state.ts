// The state of the console. Pure functions return the new state for each message from the server and each key.
import type { ClientRow, ServerStats } from "../../protocol/replies/operator.ts";
import type { Line } from "../admin/client.ts";
import type { Dialog } from "./dialog.ts";

/** Maximum number of events to keep: more than any terminal has lines. */
const EVENTS_MAX = 200;

/** Everything that the screen shows. */
export interface ConsoleState {
  readonly stats: ServerStats | undefined;
  readonly clients: readonly ClientRow[];
  /** How many connections match the filter, including those not shown. */
  readonly total: number;
  /** The number of the selected connection. */
  readonly selected: number | undefined;
  readonly filter: string;
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

/** Returns the state with new figures. */
export function withStats(state: ConsoleState, stats: ServerStats): ConsoleState {
  return { ...state, stats };
}

/** Returns the state with new connections. If the selected one has ended, the one in its place is selected. */
export function withClients(
  state: ConsoleState,
  { clients, total }: { readonly clients: readonly ClientRow[]; readonly total: number },
): ConsoleState {
  const before = Math.max(0, indexOfSelected(state));
  const stays = clients.some(({ conn }) => conn === state.selected);
  const instead = clients[Math.min(before, clients.length - 1)]?.conn;
  return { ...state, clients, total, selected: stays ? state.selected : instead };
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
  const { clients } = state;
  if (clients.length === 0) return state;
  const index = Math.max(0, Math.min(clients.length - 1, indexOfSelected(state) + by));
  return { ...state, selected: clients[index]!.conn };
}

/** Returns the selected connection. */
export function selectedClient({ clients, selected }: ConsoleState): ClientRow | undefined {
  return clients.find(({ conn }) => conn === selected);
}

/** Returns the index of the selected connection in the list, or -1. */
export function indexOfSelected({ clients, selected }: ConsoleState): number {
  return clients.findIndex(({ conn }) => conn === selected);
}
