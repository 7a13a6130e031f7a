// Implements what keys do in the message box: fences, indentation, and inserted files.
import { languageOfFile } from "./languages.ts";

/** A text with its selection, in UTF-16 units. */
export interface Draft {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const FENCE_LINE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const INDENT = "    ";

/** Returns the fence that is open at a position of a text, or `undefined`. */
export function openFence(text: string, at: number): string | undefined {
  let open: string | undefined;
  for (const line of text.slice(0, at).split("\n")) {
    const [, signs, rest] = FENCE_LINE.exec(line) ?? [];
    if (signs === undefined) continue;
    if (open === undefined) open = signs;
    else if (signs.startsWith(open) && rest!.trim() === "") open = undefined;
  }
  return open;
}

/** Replaces the selection, and moves the caret to the end of the inserted text. */
export function insert(draft: Draft, words: string): Draft {
  const text = draft.text.slice(0, draft.start) + words + draft.text.slice(draft.end);
  const at = draft.start + words.length;
  return { text, start: at, end: at };
}

/** Inserts a new line in a fence, with the indentation of the previous line. */
export function newLine(draft: Draft): Draft {
  const line = draft.text.slice(draft.text.lastIndexOf("\n", draft.start - 1) + 1, draft.start);
  const spaces = /^[ \t]*/.exec(line)![0];
  const deeper = /[{:(\[]\s*$/.test(line) ? INDENT : "";
  return insert(draft, `\n${spaces}${deeper}`);
}

/** Indents the selected lines, or removes one level of indentation from them. */
export function indent(draft: Draft, out: boolean): Draft {
  const from = draft.text.lastIndexOf("\n", draft.start - 1) + 1;
  const oneLine = !draft.text.slice(draft.start, draft.end).includes("\n");
  if (!out && oneLine) return insert(draft, INDENT);
  const lines = draft.text.slice(from, draft.end).split("\n");
  const moved = lines.map((line) => out ? line.replace(/^(?: {1,4}|\t)/, "") : INDENT + line);
  const first = moved[0]!.length - lines[0]!.length;
  const text = draft.text.slice(0, from) + moved.join("\n") + draft.text.slice(draft.end);
  const grown = moved.join("\n").length - lines.join("\n").length;
  return { text, start: Math.max(from, draft.start + first), end: draft.end + grown };
}

/** Encloses the selection in a fence. Without a selection, the fence is empty and contains the caret. */
export function fence(draft: Draft, language = ""): Draft {
  const selected = draft.text.slice(draft.start, draft.end);
  const signs = fenceAround(selected);
  const before = draft.start > 0 && draft.text[draft.start - 1] !== "\n" ? "\n" : "";
  const head = `${before}${signs}${language}\n`;
  const next = draft.text[draft.end];
  const tail = `\n${signs}${next === undefined || next === "\n" ? "" : "\n"}`;
  const done = insert(draft, head + selected + tail);
  const at = draft.start + head.length + selected.length;
  return { text: done.text, start: at, end: at };
}

/** Returns a source file as a fence. The closing mark follows the last line. */
export function fenceOfFile(name: string, content: string): string {
  const code = content.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  const signs = fenceAround(code);
  return `${signs}${languageOfFile(name)}\n${code}\n${signs}\n`;
}

/** Returns the text of a file, or `undefined` if it is not a text file. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // This is the encoding of older files from French Windows. It has a character for every byte.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function fenceAround(code: string): string {
  const longest = Math.max(
    2,
    ...[...code.matchAll(/^ {0,3}(`{3,})/gm)].map(([, run]) => run!.length),
  );
  return "`".repeat(longest + 1);
}
