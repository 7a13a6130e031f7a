// The name of this tab: the same after a reload, and another one in a copy of the tab.
import { randomWord } from "./cid.ts";
import type { Storage } from "./storage.ts";

/** How long a tab has to answer that it lives, in milliseconds. */
const ANSWER_MS = 150;

/** What tabs tell each other. */
export interface Note {
  readonly kind: "who" | "here";
  readonly tab: string;
}

/** The channel between the tabs of this browser. */
export interface Channel {
  post(note: Note): void;
  /** Replaces the listener. */
  listen(take: (note: unknown) => void): void;
}

/** What naming the tab needs. */
export interface TabOptions {
  readonly storage: Storage;
  /** Undefined where the browser has none. */
  readonly channel: Channel | undefined;
  after(ms: number, run: () => void): unknown;
}

/**
 * Finds the name of this tab.
 *
 * A browser that duplicates a tab copies what the tab keeps: the copy would push the original out of the chat,
 * and send its unsent messages a second time. So the name is marked as free only while the tab is hidden or
 * about to end. A tab that starts with a name that is not free asks the others whether one has it.
 *
 * @returns The name, and whether it is that of a tab that was here before: what it kept is this tab's.
 */
export async function nameTab(
  { storage, channel, after }: TabOptions,
): Promise<{ readonly tab: string; readonly isSame: boolean }> {
  const old = storage.read("tab", "tab");
  const isFree = storage.read("tab", "tab_free") === true;
  const isSame = typeof old === "string" && /^[\w-]{8,64}$/.test(old) &&
    (isFree || channel === undefined || !await isTaken(old));
  const tab = isSame ? old : randomWord(12);
  storage.write("tab", "tab", tab);
  storage.write("tab", "tab_free", undefined);
  if (channel !== undefined) {
    channel.listen((note) => {
      if (isNote(note) && note.kind === "who" && note.tab === tab) {
        channel.post({ kind: "here", tab });
      }
    });
  }
  return { tab, isSame };

  function isTaken(name: string): Promise<boolean> {
    return new Promise((resolve) => {
      channel!.listen((note) => {
        if (isNote(note) && note.kind === "here" && note.tab === name) resolve(true);
      });
      channel!.post({ kind: "who", tab: name });
      after(ANSWER_MS, () => resolve(false));
    });
  }
}

/** The tab is hidden, or shown again. Hidden tabs may be ended without a word. */
export function markTab(storage: Storage, isHidden: boolean): void {
  storage.write("tab", "tab_free", isHidden ? true : undefined);
}

function isNote(data: unknown): data is Note {
  return typeof data === "object" && data !== null && "kind" in data && "tab" in data;
}
