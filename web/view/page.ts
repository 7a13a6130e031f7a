// What every part of the page can reach: the state, the words, and where events go.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { App, Event, RoomKey } from "../model/state.ts";
import type { Known } from "../text/nodes.ts";
import type { Colour } from "../text/colours.ts";
import type { Texts } from "../texts/catalogue.ts";

/** A dialog that is open. */
export type Dialog =
  | { readonly kind: "join" | "private" | "announce" | "help" | "jump" }
  | { readonly kind: "person"; readonly name: string; readonly room?: RoomKey }
  | { readonly kind: "delete"; readonly id: number; readonly author: string; readonly text: string }
  | { readonly kind: "topic" | "close" | "qr"; readonly room: RoomKey };

/** What is open on the page, apart from the state of the model. */
export interface Ui {
  readonly dialog: Signal<Dialog | undefined>;
  /** The panel that covers a narrow page. */
  readonly panel: Signal<"rooms" | "people" | undefined>;
  /** The message with the keyboard, the pointer or the finger on it. */
  readonly active: Signal<number | undefined>;
  /** A short confirmation at the bottom of the page. */
  readonly toast: Signal<string | undefined>;
  /** Whether the log shows the newest messages. */
  readonly atPresent: Signal<boolean>;
}

/** The part that is loaded while the user signs in. */
export type Talk = typeof import("./talk.tsx");

/** The parts that are loaded later. */
export type Later = typeof import("./later.tsx");

/** The page, as its parts see it. */
export interface Page {
  readonly app: ReadonlySignal<App>;
  readonly texts: ReadonlySignal<Texts>;
  readonly ui: Ui;
  readonly dispatch: (event: Event) => void;
  /** The time of the server, in milliseconds since 1970. */
  readonly now: () => number;
  /** Colours code, once its part of the program is loaded. */
  readonly colours: ReadonlySignal<Colour | undefined>;
  readonly loadColours: () => void;
  /** The users that the page knows: what depends on them is not looked at again at other events. */
  readonly people: ReadonlySignal<App["people"]>;
  /** The names that messages may mention. */
  readonly known: ReadonlySignal<Known>;
  /** The part for users who are signed in. */
  readonly talk: ReadonlySignal<Talk | undefined>;
  readonly loadTalk: () => void;
  /** The parts that are loaded when one is first opened, with their words. */
  readonly later: ReadonlySignal<Later | undefined>;
  readonly loadLater: () => void;
  /** Moves the keyboard to a region. */
  readonly focus: (target: "composer" | "log") => void;
}

/** Nothing is open. */
export function closedUi(): Ui {
  return {
    dialog: signal(undefined),
    panel: signal(undefined),
    active: signal(undefined),
    toast: signal(undefined),
    atPresent: signal(true),
  };
}

/** The page of the parts below. */
export const PageContext = createContext<Page | undefined>(undefined);

/** The page. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("Cannot draw: no page around this part");
  return page;
}

/** The words of the page. The part is drawn again when the language changes. */
export function useTexts(): Texts {
  return usePage().texts.value;
}

/** A part of the state. The caller is drawn again when it changes, not at every event. */
export function useApp<T>(select: (app: App) => T, inputs: readonly unknown[] = []): T {
  const { app } = usePage();
  return useMemo(() => computed(() => select(app.value)), [app, ...inputs]).value;
}

/** The key of the room that is shown. */
export function shownRoom(app: App): RoomKey | undefined {
  return app.route.at === "room" ? app.route.room : undefined;
}
