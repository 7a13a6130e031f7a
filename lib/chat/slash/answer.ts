// Lays out what commands answer, for clients that show lines and for old ones, some of which drop line breaks
// or show the beginning only.
import { clip } from "../texts/clip.ts";
import type { Texts } from "../texts/catalogue.ts";

/** A heading and what is listed under it. */
export interface Listing {
  readonly head: string;
  readonly items: readonly string[];
  /** What always follows the items. */
  readonly tail?: string;
  /** Which items stay if not all fit. */
  readonly keep: "first" | "last";
  /** Whether the text says how many are missing, also where the last stay. */
  readonly isCounted?: boolean;
}

/** What a command answers: a sentence or a listing. */
export type Answer = string | Listing;

/** How much an answer may hold, by the client that it is for. */
export interface AnswerSpace {
  /** Characters of the whole answer. */
  readonly whole: number;
  /** Characters of a list of names. */
  readonly names: number;
  /** Characters of what a person wrote, such as a message. */
  readonly excerpt: number;
  /** Characters of a topic in a list of channels. */
  readonly topic: number;
  /** Whether the client may show the parts of a listing in one line. */
  readonly inLine: boolean;
}

// Old clients show a label as wide as its text, or two lines of 40 characters. A dash stands before each part,
// so that nothing runs together where the line break is dropped. No name and no channel has such a dash in it.
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

/** The space for an answer to a session. @param contentBytes The longest content, 0 for no limit. */
export function spaceFor(
  { modern }: { readonly modern: boolean },
  contentBytes: number,
): AnswerSpace {
  // A unit of UTF-16 takes at most three bytes.
  const most = contentBytes === 0 ? Infinity : Math.floor(contentBytes / 3);
  const space = modern ? MODERN : OLD;
  return { ...space, whole: Math.min(space.whole, most), names: Math.min(space.names, most) };
}

/**
 * An answer as one text. What does not fit is left out. Where the first stay, and where the items are counted, the
 * text says how many are missing.
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

/** What a list of names is laid out with. */
export interface NamesLayout {
  readonly space: AnswerSpace;
  readonly texts: Texts;
  /** How a name is shown; as it is, if this is missing. */
  readonly shown?: (name: string) => string;
}

/** Names in one line, the first ones if not all fit, and how many are missing then. */
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

// A name cannot have this sign in it.
const NAMES_JOINT = " · ";

/** What a person wrote, as an answer repeats it: the beginning, and nothing that looks like the next part. */
export function excerpt(
  text: string,
  { excerpt: usual, inLine }: AnswerSpace,
  most = usual,
): string {
  const shown = clip(text, most);
  return inLine ? shown.replaceAll("—", "-") : shown;
}
