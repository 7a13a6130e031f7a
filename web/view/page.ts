// Defines what all parts of the page share: the state, the texts, and where events are sent.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { Manuals } from "./manuals.ts";
import type { WireLog } from "../link/wire_log.ts";
import type { App, Event, Room, RoomKey } from "../model/state.ts";
import type { Known } from "../text/nodes.ts";
import type { Colour } from "../text/colours.ts";
import type { Texts } from "../texts/catalogue.ts";

/** A dialog that is open. */
export type Dialog =
  | { readonly kind: "join" | "private" | "announce" | "help" | "jump" }
  | { readonly kind: "person"; readonly name: string; readonly room?: RoomKey }
  | {
    readonly kind: "delete" | "report";
    readonly id: number;
    readonly author: string;
    readonly text: string;
  }
  | { readonly kind: "topic" | "close" | "qr" | "export"; readonly room: RoomKey }
  | { readonly kind: "attendance" };

/** What is open on the page, apart from the state of the model. */
export interface Ui {
  readonly dialog: Signal<Dialog | undefined>;
  /** The panel that covers a narrow page. */
  readonly panel: Signal<"rooms" | "people" | undefined>;
  /** The id of the message that the keyboard, the pointer or a finger is on. */
  readonly active: Signal<number | undefined>;
  /** A short confirmation at the bottom of the page. */
  readonly toast: Signal<string | undefined>;
  /** Whether the log shows the newest messages. */
  readonly atPresent: Signal<boolean>;
  /** Whether the inspector is open. */
  readonly inspector: Signal<boolean>;
}

/** The part that is loaded while the user signs in. */
export type Talk = typeof import("./talk.tsx");

/** The parts that are loaded when first needed. */
export type Later = typeof import("./later.tsx");

/** The parts of a lesson: class panel, projector, inspector. They are loaded when first needed, with their styles. */
export type LessonParts = typeof import("./lesson.tsx");

/** The administration. It is loaded when it is first opened, with its styles. */
export type AdminPart = ReturnType<typeof import("./admin/admin.tsx")["startAdmin"]>;

/** The page, as its parts use it. */
export interface Page {
  readonly app: ReadonlySignal<App>;
  readonly texts: ReadonlySignal<Texts>;
  readonly ui: Ui;
  readonly dispatch: (event: Event) => void;
  /** Returns the server's time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Colours code. Undefined until this part of the page is loaded. */
  readonly colours: ReadonlySignal<Colour | undefined>;
  readonly loadColours: () => void;
  /** The users that the page knows, as a signal that other changes of the state do not touch. */
  readonly people: ReadonlySignal<App["people"]>;
  /** The names that messages may mention. */
  readonly known: ReadonlySignal<Known>;
  /** The part for users who are signed in. Undefined until it is loaded. */
  readonly talk: ReadonlySignal<Talk | undefined>;
  readonly loadTalk: () => void;
  /** The parts that are loaded when one is first opened, with their texts. */
  readonly later: ReadonlySignal<Later | undefined>;
  readonly loadLater: () => void;
  readonly lesson: ReadonlySignal<LessonParts | undefined>;
  readonly loadLesson: () => void;
  /** The administration. Undefined until it is loaded. */
  readonly admin: ReadonlySignal<AdminPart | undefined>;
  readonly loadAdmin: () => void;
  /** The descriptions of the protocol. Undefined until they are loaded. */
  readonly manuals: ReadonlySignal<Manuals | undefined>;
  readonly loadManuals: () => void;
  /** The lines of the connection, for the inspector. */
  readonly wire: WireLog;
  /** Moves the keyboard focus to a region. */
  readonly focus: (target: "composer" | "log") => void;
}

/** Returns a state in which nothing is open. */
export function closedUi(): Ui {
  return {
    dialog: signal(undefined),
    panel: signal(undefined),
    active: signal(undefined),
    toast: signal(undefined),
    atPresent: signal(true),
    inspector: signal(false),
  };
}

/** Provides the page to the parts inside. */
export const PageContext = createContext<Page | undefined>(undefined);

/** Returns the page. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("Cannot draw: no page around this part");
  return page;
}

/** Returns the texts of the page. The caller is drawn again when the language changes. */
export function useTexts(): Texts {
  return usePage().texts.value;
}

/** Returns a part of the state. The caller is drawn again only when this part changes. */
export function useApp<T>(select: (app: App) => T, inputs: readonly unknown[] = []): T {
  const { app } = usePage();
  return useMemo(() => computed(() => select(app.value)), [app, ...inputs]).value;
}

/** Returns the room that is shown, in the conversation or on a projector. */
export function currentRoom({ route, rooms }: App): Room | undefined {
  return route.at === "room" || route.at === "projector" ? rooms.get(route.room) : undefined;
}
