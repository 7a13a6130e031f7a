// The kinds of members that requests share, and what an error says is expected of each.
import { z } from "zod";
import { fits } from "../characters.ts";
import { CHANNEL_NAME_MAX, checkChannelName, NAME_MAX, NAME_UNITS_MAX } from "../names.ts";
import type { PhraseKey, Places } from "../phrases.ts";

/** Longest reason and topic, in characters (code points). */
export const NOTE_MAX = 200;
/** Longest text that a note is made of, in UTF-16 units: its spaces may be many. */
const NOTE_UNITS_MAX = 16 * NOTE_MAX;

/** What a check of a member says is expected, for the error that it makes. */
export function expects(
  key: PhraseKey,
  places: Places = {},
): { params: { key: PhraseKey; places: Places } } {
  return { params: { key, places } };
}

/** A text that may be missing. Clients written against other JSON libraries send null for that. */
export const optionalText = orMissing(z.string());

/** The name of a user that may be missing. */
export const optionalName = orMissing(
  z.string().refine(
    (text) => text.length <= NAME_UNITS_MAX,
    expects("want_name", { max: NAME_MAX }),
  ),
);

/** The name of a channel, in the form in which it is shown. */
export const channelName = z.string().transform((text, context) => {
  const checked = checkChannelName(text);
  if (checked.ok) return checked.name;
  context.addIssue({ code: "custom", ...expects("want_channel", { max: CHANNEL_NAME_MAX }) });
  return z.NEVER;
});

/** A channel, or the one that is meant where none is named. */
export const optionalChannel = orMissing(channelName);

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): z.ZodNumber {
  const expected = max === Number.MAX_SAFE_INTEGER
    ? expects("want_whole_from", { min })
    : expects("want_whole", { min, max });
  return z.number().refine((n) => Number.isInteger(n) && n >= min && n <= max, expected);
}

/** A member that may be missing or null. */
export function orMissing<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** Longest list in a request. */
const LIST_MAX = 1_000;

/** A list. An error says what is expected of the list, not of the item that is wrong. */
export function listOf<T>(
  item: z.ZodType<T, T>,
  expected: PhraseKey,
  places?: Places,
): z.ZodType<readonly T[], readonly T[]> {
  const list = z.array(item).max(LIST_MAX);
  return z.custom<readonly T[]>(
    (value) => list.safeParse(value).success,
    expects(expected, places),
  );
}

/** A number of a message. */
export const messageId = whole(1, Number.MAX_SAFE_INTEGER);

/** A text on one line, without control characters. */
export function singleLine(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\s]+/gu, " ").trim();
}

/** A short text on one line, such as a reason. */
export const note = z.string()
  .refine((text) => text.length <= NOTE_UNITS_MAX, expects("want_text", { max: NOTE_MAX }))
  .transform(singleLine)
  .refine((text) => fits(text, NOTE_MAX), expects("want_text", { max: NOTE_MAX }));

/** A note out of any text: what does not fit is cut off. */
export function cutNote(text: string): string {
  return [...singleLine(text.slice(0, NOTE_UNITS_MAX))].slice(0, NOTE_MAX).join("");
}

/** Why something is done; empty if nobody says. */
export const reason = orMissing(note).transform((text) => text ?? "");

/** What the database keeps of a text: neither lone surrogates nor the text after a NUL. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
