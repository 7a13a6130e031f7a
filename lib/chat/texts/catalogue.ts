// What the server says to people in their language: one catalogue of texts with {places} to fill in.
import { formatDuration } from "../../protocol/duration.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";

/** Names of the texts. */
export type TextKey = keyof typeof en;

/** A catalogue in one language. */
export type Catalogue = { readonly [K in TextKey]: string };

/** The languages there are. */
export const LANGUAGES = ["fr", "en"] as const;

/** One of {@linkcode LANGUAGES}. */
export type Language = typeof LANGUAGES[number];

/** All catalogues. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { fr, en };

/** What is filled into the places of a text. */
export type Places = Readonly<Record<string, string | number>>;

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
      (place, name: string) => Object.hasOwn(places, name) ? String(places[name]) : place,
    );
  }

  /** Whether there is a text of that name. */
  has(key: string): key is TextKey {
    return Object.hasOwn(this.#catalogue, key);
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
