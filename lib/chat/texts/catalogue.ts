// What the server says to people in their language: one catalogue of texts with {places} to fill in.
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
