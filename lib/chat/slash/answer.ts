// Formats the answers of slash commands, for clients that show lines and for old clients. Some of those drop line
// breaks or show only the beginning.
import { clip } from "../texts/clip.ts";
import type { Texts } from "../texts/catalogue.ts";

/** A heading and the items under it. */
export interface Listing {
  readonly head: string;
  readonly items: readonly string[];
  /** Text that always follows the items. */
  readonly tail?: string;
  /** Which items are kept if not all fit. */
  readonly keep: "first" | "last";
  /** Whether the text says how many items are missing, even if the last ones are kept. */
  readonly isCounted?: boolean;
}

/** The answer of a command: a sentence or a listing. */
export type Answer = string | Listing;

/** How long the parts of an answer may be for a client. */
export interface AnswerSpace {
  /** Characters of the whole answer. */
  readonly whole: number;
  /** Characters of a list of names. */
  readonly names: number;
  /** Characters of a quoted text, such as a message. */
  readonly excerpt: number;
  /** Characters of a topic in a list of channels. */
  readonly topic: number;
  /** Whether the client may show the whole listing in one line. */
  readonly inLine: boolean;
}

// Old clients show a label as wide as its text, or two lines of 40 characters. A dash precedes each part, so that
// the parts stay apart if the line break is dropped. No name of a user or channel contains such a dash.
const OLD: AnswerSpace = { whole: 240, names: 120, excerpt: 60, topic: 20, inLine: true };
const OLD_JOINT = " \n— ";
const MODERN: AnswerSpace = {
  whole: Infinity,
  names: 1_500,
  excerpt: 300,
  topic: 300,
  inLine: false,
};

/** Characters of one line of help for an old client. */
export const HELP_LINE = 80;

/** Returns the space for an answer to a session. @param contentBytes The longest content; 0 means no limit. */
export function spaceFor(
  { modern }: { readonly modern: boolean },
  contentBytes: number,
): AnswerSpace {
  // A UTF-16 unit takes at most three bytes.
  const most = contentBytes === 0 ? Infinity : Math.floor(contentBytes / 3);
  const space = modern ? MODERN : OLD;
  return { ...space, whole: Math.min(space.whole, most), names: Math.min(space.names, most) };
}

/**
 * Formats an answer as one text. Items that do not fit are left out. The text says how many are missing if the
 * first items are kept or the items are counted.
 */
export function layOut(answer: Answer, space: AnswerSpace, texts: Texts): string {
  if (typeof answer === "string") return answer;
  const { head, items, tail, keep, isCounted = keep === "first" } = answer;
  const joint = space.inLine ? OLD_JOINT : "\n";
  const ends = tail === undefined ? [head] : [head, tail];
  const isFirst = keep === "first";
  const ordered = isFirst ? items : items.toReversed();
  const note = (count: number) => texts.say(isFirst ? "more" : "more_before", { count });
  const reserved = isCounted ? joint.length + note(items.length).length : 0;
  let left = space.whole - ends.reduce((sum, part) => sum + part.length + joint.length, 0);
  const kept: string[] = [];
  for (const item of ordered) {
    left -= item.length + joint.length;
    const isLast = kept.length === ordered.length - 1;
    if (left < (isLast ? 0 : reserved)) break;
    kept.push(item);
  }
  if (!isFirst) kept.reverse();
  const missing = isCounted ? items.length - kept.length : 0;
  const missed = missing === 0 ? [] : [note(missing)];
  return [
    head,
    ...(isFirst ? [...kept, ...missed] : [...missed, ...kept]),
    ...(tail === undefined ? [] : [tail]),
  ].join(joint);
}

/** How to format a list of names. */
export interface NamesLayout {
  readonly space: AnswerSpace;
  readonly texts: Texts;
  /** Returns a name as it is shown. If missing, names are shown unchanged. */
  readonly shown?: (name: string) => string;
}

/** Formats names in one line. If not all fit, the first names are shown with the number of the missing ones. */
export function namesText(
  names: readonly string[],
  { space, texts, shown = (name) => name }: NamesLayout,
): string {
  if (names.length === 0) return texts.say("nobody");
  const kept: string[] = [];
  let left = space.names;
  for (const name of names) {
    const text = shown(name);
    left -= text.length + NAMES_JOINT.length;
    if (left < 0 && kept.length > 0) break;
    kept.push(text);
  }
  const missing = names.length - kept.length;
  if (missing > 0) kept.push(texts.say("more", { count: missing }));
  return kept.join(NAMES_JOINT);
}

// A name cannot contain this character.
const NAMES_JOINT = " · ";

/** Returns the beginning of a quoted text, without anything that looks like the next part of the answer. */
export function excerpt(
  text: string,
  { excerpt: usual, inLine }: AnswerSpace,
  most = usual,
): string {
  const shown = clip(text, most);
  return inLine ? shown.replaceAll("—", "-") : shown;
}
