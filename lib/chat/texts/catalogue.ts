// The texts that the server shows to users: one catalogue per language, with `{places}` to fill in.
import { formatDuration } from "../../protocol/duration.ts";
import type { ProtocolError } from "../../protocol/errors.ts";
import type { ErrorCode, ErrorReason } from "../../protocol/error_codes.ts";
import type { Phrase, PhraseKey, Place, Places } from "../../protocol/phrases.ts";
import { en as english } from "./en.ts";
import { en as englishErrors } from "./en_errors.ts";
import { en as englishWindows } from "./en_windows.ts";
import { fr as french } from "./fr.ts";
import { fr as frenchErrors } from "./fr_errors.ts";
import { fr as frenchWindows } from "./fr_windows.ts";

// The compiler checks that every error and every phrase of the protocol has a text.
const en = { ...english, ...englishErrors, ...englishWindows } satisfies Record<
  PhraseKey | `error_${ErrorCode | ErrorReason}`,
  string
>;

/** The keys of the texts. */
export type TextKey = keyof typeof en;

/** The texts of one language. */
export type Catalogue = { readonly [K in TextKey]: string };

const fr: Catalogue = { ...french, ...frenchErrors, ...frenchWindows };

/** The supported languages. */
export const LANGUAGES = ["fr", "en"] as const;

/** One of {@linkcode LANGUAGES}. */
export type Language = typeof LANGUAGES[number];

/** All catalogues. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { fr, en };

/** Fills in and returns the texts of one language. */
export class Texts {
  readonly language: Language;
  readonly #catalogue: Catalogue;

  constructor(language: Language) {
    this.language = language;
    this.#catalogue = CATALOGUES[language];
  }

  /** Returns a text with its places filled in. */
  say(key: TextKey, places: Places = {}): string {
    return this.#catalogue[key].replace(
      /\{(\w+)\}/g,
      (place, name: string) => Object.hasOwn(places, name) ? this.#fill(places[name]!) : place,
    );
  }

  /** Returns the text of an error: by its reason if it has one, else by its code. */
  error({ code, reason, places }: ProtocolError): string {
    return this.say(`error_${reason ?? code}`, places);
  }

  #fill(place: Place): string {
    if (typeof place !== "object") return String(place);
    if ("seconds" in place) return this.duration(place.seconds);
    const { key, places }: Phrase = place;
    return this.say(key, places);
  }

  /** A duration, rounded up to seconds: `10 min`, `2 h 30 min`, `1 d`. */
  duration(seconds: number): string {
    return formatDuration(Math.max(1, Math.ceil(seconds)), {
      d: ` ${this.say("unit_day")}`,
      h: ` ${this.say("unit_hour")}`,
      m: ` ${this.say("unit_minute")}`,
      s: ` ${this.say("unit_second")}`,
    });
  }
}

/**
 * Returns the language of a server: the configured one, or the one of the environment's locale.
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
