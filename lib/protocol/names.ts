// Checks the names of users and channels.
import { markPile } from "./characters.ts";
import type { ReasonOf } from "./error_codes.ts";
import { coreOf, looksOf } from "./look_alikes.ts";
import { isTooLong, NAME_MAX, nameKey } from "./name_keys.ts";

export { accentlessKey, NAME_MAX, NAME_UNITS_MAX, nameKey } from "./name_keys.ts";

/** The maximum length of a channel name without its `#`, in the same unit. */
export const CHANNEL_NAME_MAX = 32;

/** The maximum number of combining marks on one letter. No script in use needs more. */
export const MARKS_MAX = 8;

/** The sender of messages whose account was erased. */
export const ERASED_NAME = "compte supprimé";

/** Names that no user may have, because readers would mistake the user for the server or for an erased account. */
const RESERVED_NAMES = ["server", "system", "admin", "classcord", "global", "root", ERASED_NAME];
const SMALL_CAPITALS =
  "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274" +
  "\u1d0f\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22";
const CAPITALS = "ABCDEFGHIJKLMNOPRSTUVWYZ";
const SMALL_CAPITAL = new RegExp(`[${SMALL_CAPITALS}]`, "g");
const RESERVED_LOOKS: ReadonlySet<string> = new Set(RESERVED_NAMES.map(bareLooksOf));

// Letters of any script with their combining marks, decimal digits, signs, and single spaces between them. A name
// does not begin with a sign that begins a command or an announcement.
const SIGNS = "_\\-.'~()&,";
// Letters that, standing alone, look like the ` · ` between the names of a list.
const DOTS = "[\\u1427\\u318d\\ua78f]";
const ALLOWED = new RegExp(
  `^[\\p{L}\\p{Nd}${SIGNS}](?:[\\p{L}\\p{M}\\p{Nd}${SIGNS}+!/]| (?! ?$|\\p{M}|${DOTS}+ ))*$`,
  "u",
);
// One emoji: a picture with its modifiers, several joined pictures, a flag, or a keycap. Only inside an emoji may a
// name have the invisible characters that emoji consist of.
const PICTURE = "[\\p{Extended_Pictographic}&&\\p{Emoji}][\\uFE0F\\p{Emoji_Modifier}]?";
const FLAG_TAGS = "\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{1,6}\\u{E007F}";
const EMOJI = new RegExp(
  `${FLAG_TAGS}|${PICTURE}(?:\\u200D${PICTURE})*|\\p{RI}\\p{RI}|[0-9]\\uFE0F\\u20E3`,
  "gv",
);
// Letters that are ignorable by default, such as Hangul fillers, would be invisible.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const TOO_MANY_MARKS = markPile(MARKS_MAX);

/**
 * The result of {@linkcode checkName}: the name in the form in which it is shown, or the reason for its rejection.
 */
export type NameCheck =
  | { readonly ok: true; readonly name: string; readonly key: string }
  | {
    readonly ok: false;
    readonly reason: ReasonOf<"bad_username">;
    readonly places?: Readonly<Record<string, number>>;
  };

/**
 * Normalizes a name to NFC and checks it against the rules of the protocol page.
 *
 * @returns The name to show and its key, or the reason for its rejection, as in an error of `bad_username`.
 */
export function checkName(raw: string): NameCheck {
  const name = normalizeName(raw);
  const length = name === undefined ? raw.length : [...name].length;
  if (name === undefined || length === 0 || length > NAME_MAX) {
    return { ok: false, reason: "name_length", places: { max: NAME_MAX, length } };
  }
  if (TOO_MANY_MARKS.test(name)) {
    return { ok: false, reason: "name_marks", places: { max: MARKS_MAX } };
  }
  const withoutEmoji = name.replace(EMOJI, "-");
  if (!ALLOWED.test(withoutEmoji) || INVISIBLE.test(withoutEmoji)) {
    return { ok: false, reason: "name_characters" };
  }
  const key = nameKey(name);
  if (isReserved(name) || isReserved(key)) return { ok: false, reason: "name_reserved" };
  return { ok: true, name, key };
}

function isReserved(name: string): boolean {
  return RESERVED_LOOKS.has(bareLooksOf(name));
}

// An accent, or a dot under a letter, is seen too late. Small capitals are letters of phonetics, which the table of
// look-alikes lacks.
function bareLooksOf(name: string): string {
  const plain = coreOf(name).replace(SMALL_CAPITAL, (letter) => {
    return CAPITALS[SMALL_CAPITALS.indexOf(letter)]!;
  });
  return looksOf(plain).replace(/\p{M}/gu, "");
}

/**
 * Returns the beginning of a name, at most `most` characters (code points) long. It does not split a letter or an
 * emoji.
 */
export function beginningOf(name: string, most: number): string {
  // A text has at least as many UTF-16 units as characters.
  if (name.length <= most) return name.trimEnd();
  let end = 0;
  let count = 0;
  // Created here, because the first one loads tables for 10 ms, and few names are this long.
  const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
  for (const { segment, index } of graphemes.segment(name)) {
    count += [...segment].length;
    if (count > most) break;
    end = index + segment.length;
  }
  return name.slice(0, end).trimEnd();
}

const CHANNEL_ALLOWED = /^#[\p{L}\p{Nd}_\-.][\p{L}\p{M}\p{Nd}_\-.]*$/u;

/** The result of {@linkcode checkChannelName}, with the name in the form in which it is shown. */
export type ChannelNameCheck =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false };

/** Normalizes a channel name to NFC and checks it: `#` and 1 to {@linkcode CHANNEL_NAME_MAX} characters. */
export function checkChannelName(raw: string): ChannelNameCheck {
  const name = normalizeName(raw);
  if (name === undefined) return { ok: false };
  const length = [...name].length - 1;
  const isName = length >= 1 && length <= CHANNEL_NAME_MAX && !TOO_MANY_MARKS.test(name) &&
    CHANNEL_ALLOWED.test(name) && !INVISIBLE.test(name);
  return isName ? { ok: true, name } : { ok: false };
}

/** Normalizes a text to NFC. Returns `undefined` if it is too long to be a name. */
function normalizeName(raw: string): string | undefined {
  return isTooLong(raw) ? undefined : raw.normalize("NFC");
}
