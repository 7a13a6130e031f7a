// What the server says to people in their language: one catalogue of texts with {places} to fill in.
import type { ErrorCode, ErrorReason, ProtocolError } from "../../protocol/errors.ts";
import type { Phrase, PhraseKey, Place, Places } from "../../protocol/phrases.ts";
import { en as english } from "./en.ts";
import { en as englishErrors } from "./en_errors.ts";
import { fr as french } from "./fr.ts";
import { fr as frenchErrors } from "./fr_errors.ts";

// Every error and every phrase of the protocol has a text.
const en = { ...english, ...englishErrors } satisfies Record<
  PhraseKey | `error_${ErrorCode | ErrorReason}`,
  string
>;

/** Names of the texts. */
export type TextKey = keyof typeof en;

/** A catalogue in one language. */
export type Catalogue = { readonly [K in TextKey]: string };

const fr: Catalogue = { ...french, ...frenchErrors };

/** The languages there are. */
export const LANGUAGES = ["fr", "en"] as const;

/** One of {@linkcode LANGUAGES}. */
export type Language = typeof LANGUAGES[number];

/** All catalogues. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { fr, en };

/** The texts of one language. */
export class Texts {
  readonly language: Language;
  readonly #catalogue: Catalogue;

  constructor(language: Language) {
    this.language = language;
    this.#catalogue = CATALOGUES[language];
  }

  /** A text, its places filled. */
  say(key: TextKey, places: Places = {}): string {
    return this.#catalogue[key].replace(
      /\{(\w+)\}/g,
      (place, name: string) => Object.hasOwn(places, name) ? this.#fill(places[name]!) : place,
    );
  }

  /** What an error tells people: the text of its reason, else of its code. */
  error({ code, reason, places }: ProtocolError): string {
    return this.say(`error_${reason ?? code}`, places);
  }

  #fill(place: Place): string {
    if (typeof place !== "object") return String(place);
    if ("seconds" in place) return this.duration(place.seconds);
    const { key, places }: Phrase = place;
    return this.say(key, places);
  }

  /** A time span: `10 min`, `2 h 30 min`, `1 d`. */
  duration(seconds: number): string {
    const parts: string[] = [];
    let rest = Math.max(1, Math.ceil(seconds));
    for (const [size, key] of UNITS) {
      const count = Math.floor(rest / size);
      rest -= count * size;
      if (count > 0) parts.push(`${count} ${this.say(key)}`);
    }
    return parts.slice(0, 2).join(" ");
  }
}

const UNITS: readonly [number, TextKey][] = [
  [86_400, "unit_day"],
  [3_600, "unit_hour"],
  [60, "unit_minute"],
  [1, "unit_second"],
];

/**
 * The language of a server: as configured, else by the locale of its environment.
 *
 * @param environment Variables such as `LANG`.
 */
export function chooseLanguage(
  configured: "auto" | Language,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  if (configured !== "auto") return configured;
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const locale = LC_ALL || LC_MESSAGES || LANG || "";
  return locale.toLowerCase().startsWith("fr") ? "fr" : "en";
}
