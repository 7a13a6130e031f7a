// Imports a class list: reads the file, asks the server what would change, and carries it out.
import type { ClassReport } from "../../lib/protocol/replies/classes.ts";
import type { ClassRow } from "../../lib/protocol/requests/classes.ts";
import { LIST_BYTES_MAX } from "../../lib/school/limits.ts";
import { type ClassList, readList } from "../../lib/school/list.ts";
import { ListError, type Problem, problemOf } from "../../lib/school/problem.ts";
import { partsOf, slipsOf, withPasswords, withRows } from "../../lib/school/sending.ts";
import type { Slip } from "../../lib/school/slips.ts";
import { type Ask, Refused } from "./ask.ts";

/** The maximum number of rows in one request. */
export const ROWS_MAX = 100;

/** A class list that was read, with a password for each row. */
export interface ListFile {
  readonly name: string;
  readonly list: ClassList;
  readonly rows: readonly ClassRow[];
}

/** The choices of an import. */
export interface Choices {
  readonly resetPasswords: boolean;
  readonly disableMissing: boolean;
  readonly mustChange: boolean;
}

/** How a file is read. */
export interface Reading {
  /** The class of rows that have none; empty for the name of the file. */
  readonly className: string;
  readonly passwordMin: number;
}

/** The part of a browser's file that is used. */
export interface SomeFile {
  readonly name: string;
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Reads a class list. @throws {ListError} if it cannot be read as a list at all. */
export async function readListFile(
  file: SomeFile,
  { className, passwordMin }: Reading,
): Promise<ListFile> {
  if (file.size > LIST_BYTES_MAX) {
    throw new ListError(problemOf(0, "too_big", { max: LIST_BYTES_MAX, bytes: file.size }));
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const list = readList(bytes, {
    className: className.trim() === "" ? undefined : className.trim(),
    fileName: file.name.replace(/(?<=.)\.[^.]*$/, ""),
  });
  return { name: file.name, list, rows: withPasswords(list, passwordMin) };
}

/** Returns what the import would change. Nothing is changed. @throws {Refused} */
export async function planImport(
  ask: Ask,
  { rows }: ListFile,
  choices: Choices,
): Promise<ClassReport> {
  return await withRows(async () => {
    await sendRows(ask, rows);
    return await ask({ type: "class_import", ...membersOf(choices), dry_run: true });
  }, isLost);
}

/** The result of an import. Without `isDone`, nothing has changed. */
export interface Imported {
  readonly isDone: boolean;
  readonly report: ClassReport;
  /** The names and passwords to hand out. */
  readonly slips: readonly Slip[];
}

/**
 * Carries the import out.
 *
 * @param confirmed Whether many accounts may be disabled.
 * @throws {Refused} If `isUnknown`, the import may have been carried out: see {@linkcode checkImport}.
 */
export async function carryOut(
  ask: Ask,
  { rows }: ListFile,
  choices: Choices & { readonly confirmed: boolean },
): Promise<Imported> {
  const line = { type: "class_import", ...membersOf(choices) } as const;
  const request = { ...line, confirmed: choices.confirmed };
  const report = await withRows(async (mayBeMissing) => {
    if (mayBeMissing) await sendRows(ask, rows);
    return await ask(request);
  }, isLost);
  const isDone = report.status === "ok";
  return { isDone, report, slips: isDone ? slipsOf(report.steps, rows) : [] };
}

/**
 * Finds out whether an import was carried out whose reply was lost. Without new accounts in the plan this cannot be
 * known, but then a second import does the same as the first.
 *
 * @param before What the import was to change.
 * @throws {Refused}
 */
export async function checkImport(
  ask: Ask,
  file: ListFile,
  { choices, before }: { readonly choices: Choices; readonly before: ClassReport },
): Promise<Imported> {
  const report = await planImport(ask, file, choices);
  if (before.add > 0 && report.add === 0) {
    return { isDone: true, report: before, slips: slipsOf(before.steps, file.rows) };
  }
  return { isDone: false, report, slips: [] };
}

/** Returns the problems of the file and of the plan, in the order of the lines, and how many there are in all. */
export function problemsOf(
  { list }: ListFile,
  report: ClassReport | undefined,
): { readonly problems: readonly Problem[]; readonly count: number } {
  const found = [...list.problems, ...(report?.problems ?? []) as readonly Problem[]];
  return {
    problems: found.sort((a, b) => a.line - b.line),
    count: list.problems.length + (report?.problem_count ?? 0),
  };
}

async function sendRows(ask: Ask, rows: readonly ClassRow[]): Promise<void> {
  let first = true;
  for (const part of partsOf(rows, ROWS_MAX)) {
    await ask({ type: "class_rows", first, rows: part });
    first = false;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Refused && error.failure.reason === "no_list";
}

function membersOf({ resetPasswords, disableMissing, mustChange }: Choices) {
  return {
    reset_passwords: resetPasswords,
    disable_missing: disableMissing,
    must_change: mustChange,
  };
}
