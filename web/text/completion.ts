// Finds the word to complete in the message box: a command, a name or a channel.

/** The word at the caret that may be completed. */
export interface Word {
  readonly sign: "/" | "@" | "#";
  /** The text after the sign. */
  readonly typed: string;
  /** The positions of the sign and of the caret. */
  readonly from: number;
  readonly to: number;
}

const COMMAND = /^\/([\p{L}\p{M}_'-]{0,32})$/u;
const NAME = /(?:^|[\s(])([@#])([^\s@#][^@#\n]{0,63}|)$/u;

/** Returns the word to complete at the caret. Commands are found at the beginning only. Names may contain spaces. */
export function wordAt(text: string, caret: number): Word | undefined {
  const before = text.slice(Math.max(0, caret - 80), caret);
  const command = caret <= 34 ? COMMAND.exec(text.slice(0, caret)) : null;
  if (command !== null) return { sign: "/", typed: command[1]!, from: 0, to: caret };
  const name = NAME.exec(before);
  if (name === null) return undefined;
  const [, sign, typed] = name;
  if (sign === "#" && /\s/.test(typed!)) return undefined;
  return { sign: sign as "@" | "#", typed: typed!, from: caret - typed!.length - 1, to: caret };
}

/** Returns a text without case and accents, for comparison with names. */
export function plain(text: string): string {
  return text.slice(0, 100).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Returns the names that begin with the typed text, then those with a word that does, then those that contain it. */
export function matching<T>(
  all: readonly T[],
  typed: string,
  nameOf: (each: T) => string,
): T[] {
  const wanted = plain(typed);
  const ranked = all.map((each) => ({ each, rank: rankOf(plain(nameOf(each)), wanted) }));
  return ranked.filter(({ rank }) => rank < 3).sort((a, b) => a.rank - b.rank).map(({ each }) =>
    each
  );
}

function rankOf(name: string, wanted: string): number {
  const at = name.indexOf(wanted);
  if (at < 0) return 3;
  if (at === 0) return 0;
  return /[\p{L}\p{N}]/u.test(name[at - 1]!) ? 2 : 1;
}
