// The members that requests share, and the expectations that errors give for them.
import { z } from "zod";
import { fits } from "../characters.ts";
import {
  CHANNEL_NAME_MAX,
  checkChannelName,
  checkName,
  NAME_MAX,
  NAME_UNITS_MAX,
} from "../names.ts";
import type { PhraseKey, Places } from "../phrases.ts";

/** The maximum length of a reason or a topic, in characters (code points). */
export const NOTE_MAX = 200;
/** The maximum length of the text that becomes a note, in UTF-16 units. It may have many spaces. */
const NOTE_UNITS_MAX = 16 * NOTE_MAX;

/** Sets the expectation that the error of a check gives. */
export function expects(
  key: PhraseKey,
  places: Places = {},
): { params: { key: PhraseKey; places: Places } } {
  return { params: { key, places } };
}

/** An optional text. Some JSON libraries of clients send null for a missing text. */
export const optionalText = orMissing(z.string());

/**
 * An optional switch. Only `true` turns it on, because clients from before this member existed may send any value.
 */
export const flag = z.unknown().optional().transform((value) => value === true);

/** An optional name of a user. */
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

/** An optional channel. If it is missing, a default applies. */
export const optionalChannel = orMissing(channelName);

/** An integer from `min` to `max`. */
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

/** The maximum length of a list in a request. */
const LIST_MAX = 1_000;

/** A list. An error gives the expectation for the list, not for the wrong item. */
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

// Dates alone are not accepted, because the time zone of the client is not known.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** An optional time in ISO 8601 with a time zone. The value is in milliseconds since 1970. */
export const optionalTime = orMissing(
  z.string().transform((text, context) => {
    const time = TIME.test(text) ? Date.parse(text) : NaN;
    if (!Number.isNaN(time)) return time;
    context.addIssue({ code: "custom", ...expects("want_time") });
    return z.NEVER;
  }),
);

/** The name of a group, in the form in which it is shown. */
export const groupName = z.string().transform((text, context) => {
  const checked = checkName(text);
  if (checked.ok) return checked.name;
  context.addIssue({ code: "custom", ...expects("want_group", { max: NAME_MAX }) });
  return z.NEVER;
});

/** A list of names of groups. */
export const groupNames = listOf(
  z.string().refine((name) => checkName(name).ok),
  "want_groups",
);

/** The id of a message. */
export const messageId = whole(1, Number.MAX_SAFE_INTEGER);

/** Converts a text to one line without control characters. */
export function singleLine(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\s]+/gu, " ").trim();
}

/** A short text on one line, such as a reason. */
export const note = z.string()
  .refine((text) => text.length <= NOTE_UNITS_MAX, expects("want_text", { max: NOTE_MAX }))
  .transform(singleLine)
  .refine((text) => fits(text, NOTE_MAX), expects("want_text", { max: NOTE_MAX }));

/** Converts any text to a note. The rest of a longer text is cut off. */
export function cutNote(text: string): string {
  return [...singleLine(text.slice(0, NOTE_UNITS_MAX))].slice(0, NOTE_MAX).join("");
}

/** The reason for an action; empty if it is missing. */
export const reason = orMissing(note).transform((text) => text ?? "");

/** Converts a text to what the database can store: no lone surrogates, and no NUL, which would end the text. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
