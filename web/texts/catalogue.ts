// Formats the texts of the page in one language: texts, counts, times and errors.
import type { Failure } from "../model/state.ts";
import type { en } from "./en.ts";
import type { en as admin } from "./en_admin.ts";
import type { en as lesson } from "./en_lesson.ts";
import type { en as more } from "./en_more.ts";

/** The keys of the texts. */
export type TextKey =
  | keyof typeof en
  | keyof typeof more
  | keyof typeof lesson
  | keyof typeof admin;

/** A language of the page. */
export type Language = "en" | "fr";

/** The keys of texts that depend on a number, without `_one` and `_other`. */
export type CountKey = TextKey extends infer K ? K extends `${infer Base}_one` ? Base : never
  : never;

/** The values of the places in a text. */
export type Places = Readonly<Record<string, string | number>>;

/** The texts of one language: all of the first part, and those of later parts once they are loaded. */
export type Catalogue = Readonly<Partial<Record<TextKey, string>>>;

/** Returns the chosen language, or else the browser's first language that the page supports. */
export function languageOf(chosen: "auto" | Language, browser: readonly string[]): Language {
  if (chosen !== "auto") return chosen;
  const known = browser.map((tag) => tag.slice(0, 2).toLowerCase());
  return known.find((tag): tag is Language => tag === "en" || tag === "fr") ?? "en";
}

/** The texts and formats of one language. */
export class Texts {
  readonly language: Language;
  readonly #catalogue: Catalogue;
  readonly #plurals: Intl.PluralRules;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #number: Intl.NumberFormat;
  readonly #collator: Intl.Collator;

  constructor(language: Language, catalogue: Catalogue) {
    this.language = language;
    this.#catalogue = catalogue;
    this.#plurals = new Intl.PluralRules(language);
    this.#number = new Intl.NumberFormat(language);
    this.#collator = new Intl.Collator(language, { numeric: true });
    this.#time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
    this.#full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
    this.#day = new Intl.DateTimeFormat(language, {
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
    });
  }

  /** Returns a text with its places filled. */
  say(key: TextKey, places: Places = {}): string {
    const text = this.#catalogue[key] ?? "";
    return fill(this.language === "fr" ? withFrenchSpaces(text) : text, places);
  }

  /** Returns a text that depends on a number. The place `{n}` contains the number. */
  count(key: CountKey, n: number, places: Places = {}): string {
    const form = this.#plurals.select(n) === "one" ? "one" : "other";
    return this.say(`${key}_${form}`, { ...places, n: this.#number.format(n) });
  }

  /** Returns the text of an error. For a code without a text in the catalogue, this is the server's text. */
  failure({ code, reason, text, retryAt }: Failure, now: number): string {
    const key = [reason, code].map((name) => `error_${name}`).find((name) =>
      name in this.#catalogue
    );
    if (key === undefined) return text || this.say("error_internal");
    return this.say(key as TextKey, {
      text,
      when: this.#when(retryAt, now),
      until: retryAt === undefined
        ? this.say("until_lifted")
        : this.say("until_time", { time: this.moment(retryAt, now) }),
    });
  }

  #when(at: number | undefined, now: number): string {
    const seconds = at === undefined ? 0 : Math.ceil((at - now) / 1000);
    if (seconds <= 0) return this.say("when_soon");
    if (seconds < 90) return this.count("when_seconds", seconds);
    return this.count("when_minutes", Math.ceil(seconds / 60));
  }

  /** Returns the hour and minute of a time. */
  time(at: number): string {
    return this.#time.format(at);
  }

  /** Returns the hour and minute of a time. If it is not today, the day comes first. */
  moment(at: number, now: number): string {
    return this.#day.format(at) === this.#day.format(now)
      ? this.time(at)
      : `${this.#day.format(at)} ${this.time(at)}`;
  }

  /** Returns the day, hour, minute and second of a time. */
  full(at: number): string {
    return this.#full.format(at);
  }

  /** Returns the day of a time, in words. */
  day(at: number, now: number): string {
    const day = this.#day.format(at);
    if (day === this.#day.format(now)) return this.say("log_today");
    // Noon today minus 24 hours is always yesterday, even if a day has 23 or 25 hours.
    const noon = new Date(now).setHours(12, 0, 0, 0);
    if (day === this.#day.format(noon - 86_400_000)) return this.say("log_yesterday");
    return day;
  }

  /** Compares two names in the dictionary order of the language. */
  readonly compare = (a: string, b: string): number => this.#collator.compare(a, b);
}

function fill(text: string, places: Places): string {
  return text.replace(
    /\{(\w+)\}/g,
    (place, name: string) => Object.hasOwn(places, name) ? String(places[name]) : place,
  );
}

/**
 * Inserts the spaces of French typography: narrow no-break spaces before ; ! ? and inside « », no-break spaces before
 * : and %.
 */
function withFrenchSpaces(text: string): string {
  return text.replace(/ ([;!?»])/g, "\u202f$1").replace(/« /g, "«\u202f").replace(
    / ([:%])/g,
    "\u00a0$1",
  );
}
