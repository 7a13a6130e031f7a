// What can be wrong with a class list: a code, the line of the file, and the values for the text.

/** The kinds of problems. The texts are in `texts.ts`. */
export const PROBLEM_CODES = [
  // The file.
  "too_big",
  "utf16",
  "binary",
  "empty",
  "too_many_lines",
  "open_quote",
  "after_quote",
  "group_limit",
  "no_name_column",
  "double_column",
  // A line.
  "too_many_cells",
  "cell_too_long",
  "control_character",
  "no_name",
  "bad_role",
  "bad_name",
  "bad_id",
  "bad_class",
  "bad_group",
  "too_many_groups",
  "bad_password",
  "password_space",
  "no_password",
  // Two lines.
  "same_name",
  "same_id",
  "same_account",
  "alike",
  // A line and the accounts.
  "name_taken",
  "looks_like",
  "other_id",
  "in_directory",
  "admin",
  "admin_change",
  "not_a_class",
  "not_a_group",
] as const;

/** One of {@linkcode PROBLEM_CODES}. */
export type ProblemCode = typeof PROBLEM_CODES[number];

/** The values for the placeholders of a text. */
export type ProblemPlaces = Readonly<Record<string, string | number>>;

/** One problem. Nothing is imported while there is one. */
export interface Problem {
  /** The line of the file, counted from 1; 0 for the whole file. */
  readonly line: number;
  readonly code: ProblemCode;
  readonly places: ProblemPlaces;
}

/** The error for a file that cannot be read as a class list at all. */
export class ListError extends Error {
  override readonly name = "ListError";

  /** @param problem Why. */
  constructor(readonly problem: Problem) {
    super(`expected a class list, got a problem in line ${problem.line}: ${problem.code}`);
  }
}

/** Returns a problem. */
export function problemOf(line: number, code: ProblemCode, places: ProblemPlaces = {}): Problem {
  return { line, code, places };
}

const SHOWN_MAX = 40;

/** Shortens a text of the file for a problem, and quotes it. */
export function shown(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN_MAX + 2)];
  const isCut = characters.length > SHOWN_MAX;
  return JSON.stringify(isCut ? `${characters.slice(0, SHOWN_MAX).join("")}…` : text);
}
