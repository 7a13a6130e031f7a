// Makes the state of a page that was just opened.
import { NO_LESSON } from "./lesson_state.ts";
import type { App, Door, Prefs } from "./state.ts";

/** The preferences of a user who has not chosen any. */
export const DEFAULT_PREFS: Prefs = {
  language: "auto",
  theme: "auto",
  size: 100,
  notify: "off",
  stay: false,
};

/** The empty sign-in form. */
export const DEFAULT_DOOR: Door = {
  busy: false,
  failure: undefined,
  name: "",
  reason: undefined,
  registered: false,
};

/** Returns the state before the first event. */
export function initialApp(now: number): App {
  return {
    link: { state: "connecting", since: now },
    server: undefined,
    phase: "starting",
    me: undefined,
    mustChange: false,
    door: DEFAULT_DOOR,
    invite: undefined,
    people: new Map(),
    peopleDue: false,
    rooms: new Map(),
    forgotten: [],
    outbox: [],
    drafts: new Map(),
    owner: "",
    route: { at: "home" },
    search: undefined,
    lesson: NO_LESSON,
    directory: undefined,
    notices: [],
    outcomes: new Map(),
    prefs: DEFAULT_PREFS,
    attention: { visible: true, focused: true },
    asked: new Map(),
    offlineTold: false,
    throttledUntil: undefined,
    counter: 0,
    session: undefined,
    self: { tab: "", client: "" },
  };
}
