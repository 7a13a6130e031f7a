// What fills the {places} of a text: values as they are, and words that each language writes its own way.

/** Words that the protocol fills into texts. Each catalogue of texts has every one of them. */
export const PHRASES = [
  // What a value of JSON is.
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
  "want_channel",
  "want_connection",
  "want_either",
  "want_events",
  "want_greater",
  "want_name",
  "want_one_of",
  "want_other",
  "want_ref",
  "want_roles",
  "want_some_text",
  "want_text",
  "want_unix_name",
  "want_whole",
  "want_whole_from",
  "want_words",
  "characters",
  // The end of a sentence that gives a reason.
  "because",
] as const;

/** One of {@linkcode PHRASES}. */
export type PhraseKey = typeof PHRASES[number];

/** Words that the language of the reader supplies. */
export interface Phrase {
  readonly key: PhraseKey;
  readonly places?: Places;
}

/** A time span, which the language of the reader writes. */
export interface TimeSpan {
  readonly seconds: number;
}

/** What fills one place of a text. */
export type Place = string | number | Phrase | TimeSpan;

/** What fills the places of a text, by their names. */
export type Places = Readonly<Record<string, Place>>;

/** What a value of JSON is: a string, an array, nothing, … */
export function jsonKind(value: unknown): Phrase {
  if (value === undefined) return { key: "kind_nothing" };
  if (value === null) return { key: "kind_null" };
  if (Array.isArray(value)) return { key: "kind_array" };
  const kind = typeof value;
  return { key: kind === "object" ? "kind_object" : `kind_${kind as "string"}` };
}

/** What came, as far as an error repeats it: a text in quotes, a number, a boolean, or what kind of value it is. */
export function shownValue(value: unknown): Place {
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : jsonKind(value);
}

/** Characters of a text of a client that errors repeat: as many as a name has. */
const QUOTED_MAX = 64;

/**
 * A text of a client in quotes, as errors repeat it: its beginning, if it is longer than a name may be.
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
