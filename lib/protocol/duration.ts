// Parses and formats durations, with one table of units for commands, slash commands and replies.

/** The units of time by the letter that people type, greatest first, in seconds. */
const SECONDS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;

type Unit = keyof typeof SECONDS;

/** All accepted spellings, in lower case. */
const SPELLINGS: Readonly<Record<string, Unit>> = {
  w: "w",
  sem: "w",
  d: "d",
  j: "d",
  h: "h",
  m: "m",
  mn: "m",
  min: "m",
  s: "s",
  sec: "s",
};

/**
 * After one of these units, a number without a unit counts in the next smaller unit: `2h30` is 2 hours and 30
 * minutes.
 */
const NEXT: Readonly<Partial<Record<Unit, Unit>>> = { h: "m", m: "s" };

/** The accepted forms, for error messages. */
export const DURATION_FORMS = "90s, 10m or 10min, 2h, 2h30, 1h30m, 1d or 1j, 1w, 0 for no end";

const PART = /^(\d{1,9})(min|sec|sem|mn|[wdjhms])?/i;
const LONGEST_TEXT = 32;
/** The maximum duration, in seconds: ten years. */
export const DURATION_MAX = 315_360_000;

/**
 * Parses one word as a duration.
 *
 * @returns Seconds, at most {@linkcode DURATION_MAX}; 0 for no end; `undefined` if the word is not a duration.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseDuration("2h30"), 9_000);
 * ```
 */
export function parseDuration(word: string): number | undefined {
  if (word === "0") return 0;
  if (word === "" || word.length > LONGEST_TEXT) return undefined;
  let seconds = 0;
  let last: Unit | undefined;
  for (let rest = word; rest !== "";) {
    const [part, count, spelling] = PART.exec(rest) ?? [];
    if (part === undefined) return undefined;
    rest = rest.slice(part.length);
    const unit = spelling === undefined ? last && NEXT[last] : SPELLINGS[spelling.toLowerCase()];
    // `2h90` and a number in the middle are mistakes.
    if (unit === undefined) return undefined;
    if (spelling === undefined && (rest !== "" || count!.length > 2 || Number(count) > 59)) {
      return undefined;
    }
    seconds += Number(count) * SECONDS[unit];
    last = unit;
  }
  return Math.min(DURATION_MAX, seconds);
}

const NUMBER = String.raw`[+-]?\p{Nd}+(?:[.,:/]\p{Nd}+)*`;
const NUMBER_ALONE = new RegExp(`^${NUMBER}$`, "u");
// `1st` is an ordinal. So are `2e` and `3rd`, but they do not begin with the letter of a unit.
const NUMBER_AND_UNIT = new RegExp(`^${NUMBER}(?!st$)['"′″smhdjwya]`, "iu");
const UNIT_WORD =
  /^(?:s|secs?|se[cg]onde?s?|m|mn|mins?|minutes?|h|hrs?|hours?|heures?|d|days?|j|jrs?|jours?|w|wks?|weeks?|sem|semaines?|months?|mois|y|yrs?|years?|ans?|ann[ée]es?)[.,;]?$/iu;

/** Words that people put before a duration. */
const INTRODUCTION = /^(?:for|during|until|pendant|durant|pour)\s+/iu;

/**
 * Whether a text begins with a probable duration: `10minutes`, `1.5h`, `10 min`, or a number without anything after
 * it; also after a word such as `for`. If it were treated as a reason, the sanction would have no end.
 *
 * @param text The rest of a command. `3 times already` is a reason.
 */
export function beginsLikeDuration(text: string): boolean {
  const [word = "", second] = text.trim().replace(INTRODUCTION, "").split(/\s+/u, 2);
  const first = word.slice(0, LONGEST_TEXT);
  if (parseDuration(first) !== undefined || NUMBER_AND_UNIT.test(first)) return true;
  return NUMBER_ALONE.test(first) && (second === undefined || beginsWithUnit(second));
}

/** How the text after a name begins. */
export type LeadingDuration =
  /** A duration, and the text after it. */
  | { readonly kind: "duration"; readonly seconds: number; readonly rest: string }
  /** A probable duration that is not valid. */
  | { readonly kind: "mistyped" }
  | { readonly kind: "none" };

/**
 * Splits a duration from the beginning of a text. A second duration, as in `1h 30m`, would become the reason, so it
 * makes the text mistyped.
 */
export function takeDuration(text: string): LeadingDuration {
  const [, first = "", rest = ""] = /^(\S*)\s*([^]*)$/u.exec(text.trim())!;
  const seconds = parseDuration(first);
  if (seconds === undefined) return { kind: beginsLikeDuration(text) ? "mistyped" : "none" };
  const isCut = beginsLikeDuration(rest) || beginsWithUnit(rest);
  return isCut ? { kind: "mistyped" } : { kind: "duration", seconds, rest };
}

// For example, `0 min`.
function beginsWithUnit(text: string): boolean {
  return UNIT_WORD.test(text.split(/\s/u, 1)[0]!);
}

/** The names of the units in a formatted duration. */
export type UnitNames = Readonly<Record<"d" | "h" | "m" | "s", string>>;

const LETTERS: UnitNames = { d: "d", h: "h", m: "m", s: "s" };

/**
 * Formats a duration with its two greatest units: `2d 3h`, `45s`.
 *
 * @param seconds Rounded down; negative values count as 0.
 * @param names The text after each number.
 */
export function formatDuration(seconds: number, names: UnitNames = LETTERS): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.floor(seconds));
  for (const unit of ["d", "h", "m", "s"] as const) {
    const count = Math.floor(rest / SECONDS[unit]);
    rest -= count * SECONDS[unit];
    if (count > 0) parts.push(`${count}${names[unit]}`);
  }
  return parts.slice(0, 2).join(" ") || `0${names.s}`;
}
