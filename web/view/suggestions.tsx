// The list above the message box: commands, names and channels that complete a word.
import { useEffect, useState } from "preact/hooks";
import type { Room } from "../model/state.ts";
import { wordAt } from "../text/completion.ts";
import { usePage, useTexts } from "./page.ts";

/** A suggestion. */
export interface Suggestion {
  /** The text that replaces the word, without a space after it. */
  readonly words: string;
  readonly title: string;
  readonly note: string;
}

/** The state of the list. */
export interface Suggesting {
  readonly open: boolean;
  readonly all: readonly Suggestion[];
  /** The index of the suggestion that Enter accepts. */
  readonly at: number;
  readonly move: (step: number) => void;
  readonly choose: (at: number) => void;
  readonly close: () => void;
}

interface Writing {
  readonly room: Room;
  readonly text: string;
  readonly caret: number;
  readonly write: (text: string, caret?: number) => void;
}

/** Returns the suggestions for the word at the caret. */
export function useSuggestions({ text, caret, write }: Writing): Suggesting {
  const page = usePage();
  const texts = useTexts();
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState("");
  const word = wordAt(text, caret);
  const key = word === undefined ? "" : `${word.from}${word.sign}${word.typed}`;
  useEffect(() => {
    if (word !== undefined) page.loadLater();
  }, [word === undefined]);
  const suggest = page.later.value?.suggest;
  const all = word === undefined || suggest === undefined || closed === key
    ? []
    : suggest(page.app.value, texts, word);
  const shown = Math.min(at, Math.max(0, all.length - 1));
  // Enter must send a complete command.
  const complete = all.some(({ words }) =>
    word !== undefined && words === text.slice(word.from, word.to)
  );
  return {
    open: all.length > 0 && !complete,
    all,
    at: shown,
    move: (step) => setAt((shown + step + all.length) % all.length),
    close: () => setClosed(key),
    choose: (chosen) => {
      const suggestion = all[chosen];
      if (word === undefined || suggestion === undefined) return;
      const head = `${text.slice(0, word.from)}${suggestion.words} `;
      write(head + text.slice(word.to).trimStart(), head.length);
      setAt(0);
    },
  };
}

/** Draws the list. The keyboard focus stays in the message box. */
export function Suggestions({ open, all, at, choose }: Suggesting) {
  const texts = useTexts();
  if (!open) return null;
  return (
    <ul class="suggestions" id="suggestions" role="listbox" aria-label={texts.say("complete")}>
      {all.map(({ words, title, note }, index) => (
        <li
          key={words}
          id={`suggestion-${index}`}
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => {
            event.preventDefault();
            choose(index);
          }}
        >
          <b>{title}</b> <span>{note}</span>
        </li>
      ))}
    </ul>
  );
}
