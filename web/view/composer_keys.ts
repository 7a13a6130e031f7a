// Handles the keys of the message box.
import { indent, newLine, openFence } from "../text/writing.ts";
import type { Suggesting } from "./suggestions.tsx";

/** The message box, as its key handler uses it. */
export interface Box {
  readonly box: { readonly current: HTMLTextAreaElement | null };
  readonly suggestions: Suggesting;
  readonly write: (text: string, start?: number, end?: number) => void;
  readonly send: () => void;
  /** Cancels what was begun, such as a reply. */
  readonly escape: () => void;
}

/** Returns the key handler. Enter sends, except in code and on phones. Tab completes a word, or indents code. */
export function useComposerKeys({ box, suggestions, write, send, escape }: Box) {
  return (event: KeyboardEvent) => {
    const area = box.current;
    // The input method that is composing a character handles this key.
    if (area === null || event.isComposing) return;
    if (suggestions.open && takeBySuggestions(event, suggestions)) return event.preventDefault();
    const draft = { text: area.value, start: area.selectionStart, end: area.selectionEnd };
    const inFence = openFence(draft.text, draft.start) !== undefined;
    const put = (done: typeof draft) => write(done.text, done.start, done.end);
    if (event.key === "Tab" && inFence) put(indent(draft, event.shiftKey));
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
    else if (event.key === "Enter" && !event.shiftKey && inFence) put(newLine(draft));
    else if (event.key === "Enter" && !event.shiftKey && !matchMedia("(pointer: coarse)").matches) {
      send();
    } else if (event.key === "ArrowUp" && draft.text === "") focusLastMessage();
    else if (event.key === "Escape") escape();
    else return;
    event.preventDefault();
  };
}

function takeBySuggestions(event: KeyboardEvent, { at, choose, close, move }: Suggesting): boolean {
  switch (event.key) {
    case "ArrowDown":
      move(1);
      return true;
    case "ArrowUp":
      move(-1);
      return true;
    case "Tab":
    case "Enter":
      if (event.shiftKey) return false;
      choose(at);
      return true;
    case "Escape":
      close();
      return true;
    default:
      return false;
  }
}

function focusLastMessage(): void {
  const all = document.querySelectorAll<HTMLElement>(".log [data-id]");
  all[all.length - 1]?.focus();
}
