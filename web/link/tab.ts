// Names this tab. The name survives a reload; a duplicate of the tab gets another name.
import { randomWord } from "./cid.ts";
import type { Storage } from "./storage.ts";

/** How long another tab has to reply, in milliseconds. */
const ANSWER_MS = 150;

/** A message between tabs. `who`: asks for the tab with a name. `here`: the reply of that tab. */
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

/** What naming the tab requires. */
export interface TabOptions {
  readonly storage: Storage;
  /** Undefined where the browser has no such channel. */
  readonly channel: Channel | undefined;
  after(ms: number, run: () => void): unknown;
}

/**
 * Finds the name of this tab.
 *
 * A browser that duplicates a tab copies its storage. With the same name, the copy would disconnect the original from
 * the chat, and send its unsent messages a second time. Therefore a name is marked as free only while its tab is
 * hidden or about to close. A tab that starts with a name that is not free asks the other tabs whether one of them
 * uses it.
 *
 * @returns The name, and whether this tab already had it, so that the stored values belong to this tab.
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

/** Marks the name of a tab as free while the tab is hidden. Browsers may close hidden tabs without any event. */
export function markTab(storage: Storage, isHidden: boolean): void {
  storage.write("tab", "tab_free", isHidden ? true : undefined);
}

function isNote(data: unknown): data is Note {
  return typeof data === "object" && data !== null && "kind" in data && "tab" in data;
}
