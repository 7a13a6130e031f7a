// Finds the names of users and channels in a text.
import type { Known } from "./nodes.ts";

/** The maximum length of a user's name that is looked up, in UTF-16 units. */
const NAME_UNITS = 96;
/** The maximum number of words in a name that is looked up, because each look-up takes time. */
const WORDS_MAX = 8;
const PERSON =
  /@([\p{L}\p{Nd}_\-.'~()&,+!/\p{M}\p{Extended_Pictographic}\u{FE0F}\u{200D} ]{1,96})/uy;
const CHANNEL = /#[\p{L}\p{Nd}_\-.][\p{L}\p{M}\p{Nd}_\-.]{0,63}/uy;
const WORD_END =
  /(?<=[\p{L}\p{M}\p{Nd}_~)\p{Extended_Pictographic}\u{FE0F}])(?![\p{L}\p{M}\p{Nd}_])/gu;

/** A mention of a user in a text. */
export interface Mention {
  readonly kind: "mention";
  readonly text: string;
  readonly name: string;
}

/** Returns the user whom `@name` mentions at a position. A name may contain spaces: the longest match wins. */
export function personAt(text: string, at: number, person: Known["person"]): Mention | undefined {
  PERSON.lastIndex = at;
  const found = PERSON.exec(text);
  if (found === null) return undefined;
  const words = found[1]!.slice(0, NAME_UNITS);
  const ends = [...words.matchAll(WORD_END)].map(({ index }) => index);
  // Try the longest name first. No existing name has more words.
  ends.splice(WORDS_MAX);
  ends.reverse();
  for (const end of ends) {
    const name = person(words.slice(0, end));
    if (name !== undefined) return { kind: "mention", text: `@${words.slice(0, end)}`, name };
  }
  return undefined;
}

/** Returns the channel that a text names at a position, if the channel exists. */
export function channelAt(
  text: string,
  at: number,
  channel: Known["channel"],
): { readonly kind: "channel"; readonly text: string; readonly channel: string } | undefined {
  CHANNEL.lastIndex = at;
  const found = CHANNEL.exec(text)?.[0];
  if (found === undefined) return undefined;
  for (const shown of [found, found.replace(/[.\-]+$/, "")]) {
    const known = channel(shown);
    if (known !== undefined) return { kind: "channel", text: shown, channel: known };
  }
  return undefined;
}

/**
 * Whether a message mentions a user: by `@name` anywhere, or by `name:` or `name,` at the beginning, as old clients
 * write it. `sameName` compares names as the server does.
 */
export function mentions(
  text: string,
  me: string,
  sameName: (a: string, b: string) => boolean,
): boolean {
  const start = text.slice(0, me.length + 4).trimStart();
  const head = /^(.+?) ?[:,]/su.exec(start)?.[1];
  if (head !== undefined && sameName(head, me)) return true;
  const person = (name: string) => sameName(name, me) ? me : undefined;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (personAt(text, at, person) !== undefined) return true;
  }
  return false;
}
