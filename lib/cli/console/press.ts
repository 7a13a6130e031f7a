// Handles the keys of the console.
import {
  actionOf,
  type ActionRequest,
  isYes,
  needsTarget,
  type RequestName,
  requestOf,
  suits,
} from "./actions.ts";
import {
  answered,
  canContinue,
  type Dialog,
  erased,
  openDialog,
  subjectOf,
  typed,
} from "./dialog.ts";
import type { ImportFiles } from "./importing.ts";
import type { Key } from "./keys.ts";
import { type PageName, PAGES } from "./page_names.ts";
import {
  type ConsoleState,
  moved,
  selectedTarget,
  withFilter,
  withNotice,
  withPage,
} from "./state.ts";
import type { ConsoleTexts } from "./texts/texts.ts";

/** A request to send. */
export interface Asked {
  readonly request: ActionRequest;
  readonly action: RequestName;
  /** Whom or what the action is about, as it is shown. */
  readonly subject: string;
  /** A password that was generated, to show once. */
  readonly password?: string;
}

/** An action outside of the state. */
export type Effect =
  | { readonly kind: "quit" }
  | { readonly kind: "refresh" }
  | { readonly kind: "import"; readonly files: ImportFiles }
  | { readonly kind: "request" } & Asked;

/** The new state, and the action to run. */
export interface Pressed {
  readonly state: ConsoleState;
  readonly effect?: Effect;
}

/** What the handling of a key depends on. */
export interface PressOptions {
  readonly texts: ConsoleTexts;
  /** The number of table lines that are shown at once. */
  readonly lines: number;
  /** Generates a password. */
  readonly password: () => string;
}

/** Handles one key. */
export function press(state: ConsoleState, key: Key, options: PressOptions): Pressed {
  if (key.name === "interrupt") return { state, effect: { kind: "quit" } };
  if (state.help) return { state: { ...state, help: false } };
  const rested = { ...state, notice: undefined };
  return state.dialog === undefined
    ? pressInTable(rested, key, options)
    : pressInDialog(rested, state.dialog, { key, options });
}

function pressInTable(state: ConsoleState, key: Key, { texts, lines }: PressOptions): Pressed {
  switch (key.name) {
    case "up":
      return { state: moved(state, -1) };
    case "down":
      return { state: moved(state, 1) };
    case "pageUp":
      return { state: moved(state, -lines) };
    case "pageDown":
      return { state: moved(state, lines) };
    case "home":
      return { state: moved(state, -Infinity) };
    case "end":
      return { state: moved(state, Infinity) };
    case "escape":
      if (state.filter === "") return { state };
      return { state: withFilter(state, ""), effect: { kind: "refresh" } };
    case "tab":
      return opened(state, PAGES[(PAGES.indexOf(state.page) + 1) % PAGES.length]!);
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
  const page = /^[1-9]$/.test(character) ? PAGES[Number(character) - 1] : undefined;
  if (page !== undefined) return opened(state, page);
  if (character === "/") {
    return { state: { ...state, dialog: openDialog("filter", undefined, state.filter) } };
  }
  const selected = selectedTarget(state);
  const action = actionOf(state.page, character, selected);
  if (action === undefined) return { state };
  if (!suits(action, selected)) {
    return { state: withNotice(state, texts.nothingSelected[state.page], true) };
  }
  const target = needsTarget(action) ? selected : undefined;
  return { state: { ...state, dialog: openDialog(action, target) } };
}

function opened(state: ConsoleState, page: PageName): Pressed {
  return { state: withPage(state, page), effect: { kind: "refresh" } };
}

function pressInDialog(
  state: ConsoleState,
  dialog: Dialog,
  { key, options }: { key: Key; options: PressOptions },
): Pressed {
  const { texts } = options;
  if (key.name === "escape") return cancelled(state, dialog, texts);
  if (dialog.questions[0] === "sure") {
    if (key.name !== "character") return { state };
    return isYes(key.character)
      ? finished(state, dialog, options)
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
  if (!canContinue(dialog)) {
    const wrong = texts.wrong[dialog.questions[0]!];
    return { state: wrong === undefined ? state : withNotice(state, wrong, true) };
  }
  const next = answered(dialog);
  if (next !== undefined) return { state: { ...state, dialog: next } };
  // Only the filter has no last question.
  const closed = { ...state, dialog: undefined };
  return { state: withFilter(closed, dialog.input.trim()), effect: { kind: "refresh" } };
}

function finished(state: ConsoleState, dialog: Dialog, { password }: PressOptions): Pressed {
  const { action, target } = dialog;
  const closed = { ...state, dialog: undefined };
  if (action === "filter") return { state: closed };
  if (action === "class_import") {
    const { file = "", sheet = "" } = dialog.answers;
    return { state: closed, effect: { kind: "import", files: { file, sheet } } };
  }
  const made = dialog.answers.password === "" ? { password: password() } : {};
  const request = requestOf(action, { ...dialog.answers, ...made }, target);
  const subject = subjectOf(dialog);
  return { state: closed, effect: { kind: "request", request, action, subject, ...made } };
}

function cancelled(state: ConsoleState, dialog: Dialog, texts: ConsoleTexts): Pressed {
  const closed = { ...state, dialog: undefined };
  return { state: dialog.action === "filter" ? closed : withNotice(closed, texts.cancelled) };
}
