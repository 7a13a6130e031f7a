// The values for the {placeholders} of a text: plain values, and words that each language writes in its own way.

/** Words that the protocol inserts into texts. Each catalogue of texts has all of them. */
export const PHRASES = [
  // The kinds of JSON values.
  "kind_nothing",
  "kind_null",
  "kind_array",
  "kind_object",
  "kind_string",
  "kind_number",
  "kind_boolean",
  // What was expected of a member.
  "want_accounts",
  "want_alone",
  "want_around",
  "want_channel",
  "want_class_rows",
  "want_connection",
  "want_duration",
  "want_either",
  "want_events",
  "want_features",
  "want_greater",
  "want_lowered",
  "want_group",
  "want_groups",
  "want_name",
  "want_node",
  "want_one_of",
  "want_other",
  "want_period",
  "want_ref",
  "want_roles",
  "want_shorter_period",
  "want_some_text",
  "want_text",
  "want_time",
  "want_unix_name",
  "want_user_or_all",
  "want_users",
  "want_whole",
  "want_whole_from",
  "want_words",
  "characters",
  // The end of a sentence that gives a reason.
  "because",
] as const;

/** One of {@linkcode PHRASES}. */
export type PhraseKey = typeof PHRASES[number];

/** Words in the language of the reader. */
export interface Phrase {
  readonly key: PhraseKey;
  readonly places?: Places;
}

/** A duration, which is written in the language of the reader. */
export interface TimeSpan {
  readonly seconds: number;
}

/** The value for one placeholder of a text. */
export type Place = string | number | Phrase | TimeSpan;

/** The values for the placeholders of a text, by name. */
export type Places = Readonly<Record<string, Place>>;

/** Returns the kind of a JSON value: a string, an array, nothing, … */
export function jsonKind(value: unknown): Phrase {
  if (value === undefined) return { key: "kind_nothing" };
  if (value === null) return { key: "kind_null" };
  if (Array.isArray(value)) return { key: "kind_array" };
  const kind = typeof value;
  return { key: kind === "object" ? "kind_object" : `kind_${kind as "string"}` };
}

/**
 * Returns a received value in the form that an error repeats: a text in quotes, a number, a boolean, or the kind of
 * value.
 */
export function shownValue(value: unknown): Place {
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : jsonKind(value);
}

/** The maximum number of characters of a client's text that an error repeats: the same as for a name. */
const QUOTED_MAX = 64;

/**
 * Quotes a client's text for an error. A text that is longer than a name is shortened.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(quoted("bob"), '"bob"');
 * ```
 */
export function quoted(text: string): string {
  const head = text.slice(0, 2 * QUOTED_MAX);
  const characters = [...head];
  const isCut = head.length < text.length || characters.length > QUOTED_MAX;
  return JSON.stringify(isCut ? `${characters.slice(0, QUOTED_MAX).join("")}…` : text);
}
