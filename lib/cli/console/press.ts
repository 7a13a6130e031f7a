// Handles the keys of the console.
import {
  type ActionRequest,
  answered,
  type Dialog,
  erased,
  isAcceptable,
  openDialog,
  requestOf,
  typed,
} from "./dialog.ts";
import type { Key } from "./keys.ts";
import { type ConsoleState, moved, selectedClient, withNotice } from "./state.ts";
import type { ActionName, ConsoleTexts } from "./texts.ts";

/** An action outside of the state. */
export type Effect =
  | { readonly kind: "quit" }
  | { readonly kind: "refresh" }
  | { readonly kind: "request"; readonly request: ActionRequest; readonly done: string };

/** The new state, and the action to run. */
export interface Pressed {
  readonly state: ConsoleState;
  readonly effect?: Effect;
}

/** What the handling of a key depends on. */
export interface PressOptions {
  readonly texts: ConsoleTexts;
  /** The number of table lines that are shown at once. */
  readonly page: number;
}

/** Handles one key. */
export function press(state: ConsoleState, key: Key, options: PressOptions): Pressed {
  if (key.name === "interrupt") return { state, effect: { kind: "quit" } };
  if (state.help) return { state: { ...state, help: false } };
  const rested = { ...state, notice: undefined };
  return state.dialog === undefined
    ? pressInTable(rested, key, options)
    : pressInDialog(rested, state.dialog, { key, texts: options.texts });
}

const ACTIONS: Readonly<Record<string, ActionName | "filter">> = {
  k: "kick",
  m: "mute",
  b: "ban",
  d: "disconnect",
  a: "announce",
  r: "reload",
  "/": "filter",
};
const NEEDS_TARGET: ReadonlySet<string> = new Set(["kick", "mute", "ban", "disconnect"]);
const NEEDS_NAME: ReadonlySet<string> = new Set(["kick", "mute", "ban"]);

function pressInTable(state: ConsoleState, key: Key, { texts, page }: PressOptions): Pressed {
  switch (key.name) {
    case "up":
      return { state: moved(state, -1) };
    case "down":
      return { state: moved(state, 1) };
    case "pageUp":
      return { state: moved(state, -page) };
    case "pageDown":
      return { state: moved(state, page) };
    case "home":
      return { state: moved(state, -Infinity) };
    case "end":
      return { state: moved(state, Infinity) };
    case "escape":
      if (state.filter === "") return { state };
      return { state: { ...state, filter: "" }, effect: { kind: "refresh" } };
    case "character":
      return pressCharacter(state, key.character, texts);
    default:
      return { state };
  }
}

function pressCharacter(state: ConsoleState, character: string, texts: ConsoleTexts): Pressed {
  switch (character) {
    case "q":
      return { state, effect: { kind: "quit" } };
    case "?":
    case "h":
      return { state: { ...state, help: true } };
    case "j":
      return { state: moved(state, 1) };
    case "J":
      return { state: moved(state, -1) };
  }
  const action = ACTIONS[character];
  if (action === undefined) return { state };
  const target = NEEDS_TARGET.has(action) ? selectedClient(state) : undefined;
  const missing = NEEDS_NAME.has(action) ? target?.user === undefined : target === undefined;
  if (NEEDS_TARGET.has(action) && missing) {
    return { state: withNotice(state, texts.nobodySelected, true) };
  }
  const input = action === "filter" ? state.filter : undefined;
  return { state: { ...state, dialog: openDialog(action, target, input) } };
}

function pressInDialog(
  state: ConsoleState,
  dialog: Dialog,
  { key, texts }: { key: Key; texts: ConsoleTexts },
): Pressed {
  if (key.name === "escape") return cancelled(state, dialog, texts);
  if (dialog.questions[0] === "sure") {
    if (key.name !== "character") return { state };
    return "yYoO".includes(key.character)
      ? finished(state, dialog, texts)
      : cancelled(state, dialog, texts);
  }
  switch (key.name) {
    case "character":
      return { state: { ...state, dialog: typed(dialog, key.character) } };
    case "backspace":
      return { state: { ...state, dialog: erased(dialog) } };
    case "eraseLine":
      return { state: { ...state, dialog: { ...dialog, input: "" } } };
    case "enter":
      return entered(state, dialog, texts);
    default:
      return { state };
  }
}

function entered(state: ConsoleState, dialog: Dialog, texts: ConsoleTexts): Pressed {
  if (!isAcceptable(dialog)) {
    const wrong = dialog.questions[0] === "for";
    return { state: wrong ? withNotice(state, texts.badDuration, true) : state };
  }
  const next = answered(dialog);
  if (next !== undefined) return { state: { ...state, dialog: next } };
  const filter = dialog.input.trim();
  return { state: { ...state, dialog: undefined, filter }, effect: { kind: "refresh" } };
}

function finished(state: ConsoleState, dialog: Dialog, texts: ConsoleTexts): Pressed {
  const { action } = dialog;
  const closed = { ...state, dialog: undefined };
  // The filter needs no confirmation.
  if (action === "filter") return { state: closed };
  const request = requestOf(action, dialog);
  const done = texts.done(action, targetName(dialog));
  return { state: closed, effect: { kind: "request", request, done } };
}

function cancelled(state: ConsoleState, dialog: Dialog, texts: ConsoleTexts): Pressed {
  const closed = { ...state, dialog: undefined };
  return { state: dialog.action === "filter" ? closed : withNotice(closed, texts.cancelled) };
}

/** Returns the name of a dialog's target as it is shown. */
export function targetName({ target }: Dialog): string {
  return target === undefined ? "" : target.user ?? `conn ${target.conn}`;
}
