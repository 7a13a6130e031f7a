// Reads and writes durations: the one table of units for commands, slash commands and replies.

/** Units of time by the letter that people type, the greatest first, in seconds. */
const SECONDS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;

type Unit = keyof typeof SECONDS;

/** Every spelling that is accepted, in lower case. */
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

/** A number alone after one of these counts in the unit below it: `2h30` is 2 hours and 30 minutes. */
const NEXT: Readonly<Partial<Record<Unit, Unit>>> = { h: "m", m: "s" };

/** The accepted forms, for errors. */
export const DURATION_FORMS = "90s, 10m or 10min, 2h, 2h30, 1h30m, 1d or 1j, 1w, 0 for no end";

const PART = /^(\d{1,9})(min|sec|sem|mn|[wdjhms])?/i;
const LONGEST_TEXT = 32;
/** Longest duration, in seconds: ten years. */
export const DURATION_MAX = 315_360_000;

/**
 * Reads one word as a duration.
 *
 * @returns Seconds, 0 for no end and at most {@linkcode DURATION_MAX}; `undefined` where the word is no
 *   duration.
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
// `1st` is an ordinal, as are `2e` and `3rd`, which begin with no letter of a unit.
const NUMBER_AND_UNIT = new RegExp(`^${NUMBER}(?!st$)['"′″smhdjwya]`, "iu");
const UNIT_WORD =
  /^(?:s|secs?|se[cg]onde?s?|m|mn|mins?|minutes?|h|hrs?|hours?|heures?|d|days?|j|jrs?|jours?|w|wks?|weeks?|sem|semaines?|months?|mois|y|yrs?|years?|ans?|ann[ée]es?)[.,;]?$/iu;

/** Words that people put before a duration. */
const INTRODUCTION = /^(?:for|during|until|pendant|durant|pour)\s+/iu;

/**
 * Whether a text begins with what was probably meant as a duration: `10minutes`, `1.5h`, `10 min`, or a
 * number with nothing after it, also behind a word such as `for`. Taken for a reason, it would make a sanction
 * without end.
 *
 * @param text The words of a command from there on. `3 times already` is a reason.
 */
export function beginsLikeDuration(text: string): boolean {
  const [word = "", second] = text.trim().replace(INTRODUCTION, "").split(/\s+/u, 2);
  const first = word.slice(0, LONGEST_TEXT);
  if (parseDuration(first) !== undefined || NUMBER_AND_UNIT.test(first)) return true;
  return NUMBER_ALONE.test(first) && (second === undefined || beginsWithUnit(second));
}

/** How the words after a name begin. */
export type LeadingDuration =
  /** A duration, and the words after it. */
  | { readonly kind: "duration"; readonly seconds: number; readonly rest: string }
  /** Something that was meant as one and is none. */
  | { readonly kind: "mistyped" }
  | { readonly kind: "none" };

/**
 * Takes a duration off the front of a text. Only one: `1h 30m`, where the second would become the
 * reason, is mistyped.
 */
export function takeDuration(text: string): LeadingDuration {
  const [, first = "", rest = ""] = /^(\S*)\s*([^]*)$/u.exec(text.trim())!;
  const seconds = parseDuration(first);
  if (seconds === undefined) return { kind: beginsLikeDuration(text) ? "mistyped" : "none" };
  const isCut = beginsLikeDuration(rest) || beginsWithUnit(rest);
  return isCut ? { kind: "mistyped" } : { kind: "duration", seconds, rest };
}

// As in `0 min`.
function beginsWithUnit(text: string): boolean {
  return UNIT_WORD.test(text.split(/\s/u, 1)[0]!);
}

/** How the units of a written duration are called. */
export type UnitNames = Readonly<Record<"d" | "h" | "m" | "s", string>>;

const LETTERS: UnitNames = { d: "d", h: "h", m: "m", s: "s" };

/**
 * Writes a duration by its two greatest units: `2d 3h`, `45s`.
 *
 * @param seconds Rounded down; negative ones are 0.
 * @param names What follows each number.
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
