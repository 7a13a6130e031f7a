// Reads a class list: bytes of a CSV file to rows, with the problems of each line.
import { type ColumnKind, columnsOf, countKnown, type ListedRole, roleOf } from "./columns.ts";
import { type CsvRecord, readCsv, type Separator, SEPARATORS } from "./csv.ts";
import { decodeList } from "./decode.ts";
import { CELL_UNITS_MAX, COLUMNS_MAX, PEOPLE_MAX } from "./limits.ts";
import { madeName } from "./made_name.ts";
import { ListError, type Problem, problemOf, shown } from "./problem.ts";

/** One person of a class list. Names are not checked yet. */
export interface ListRow {
  /** The line of the file. */
  readonly line: number;
  /** The name of the account. */
  readonly name: string;
  /** The identity in the lists of the school. */
  readonly id?: string | undefined;
  readonly role?: ListedRole | undefined;
  readonly class?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  /** The password from the file. */
  readonly password?: string | undefined;
}

/** A class list. */
export interface ClassList {
  /** The rows without a problem. */
  readonly rows: readonly ListRow[];
  readonly problems: readonly Problem[];
  /** The headings of the columns that are not used. */
  readonly ignored: readonly string[];
}

/** What a list does not say. */
export interface ListDefaults {
  /** The class of the rows without one, even if the list has a column for it. */
  readonly className?: string | undefined;
  /** The class of all rows if neither the list nor `className` gives one: the name of the file. */
  readonly fileName?: string | undefined;
}

/**
 * Reads a class list.
 *
 * @throws {ListError} if the file cannot be read as a list at all.
 */
export function readList(bytes: Uint8Array, defaults: ListDefaults = {}): ClassList {
  const { text, separator, skipped } = findSeparator(decodeList(bytes));
  const records = readCsv(text, separator);
  const head = records.next().value as CsvRecord | undefined;
  if (head === undefined) throw new ListError(problemOf(0, "empty"));
  const { places, ignored } = columnsOf(head.cells, head.line + skipped);
  const columns = { places, width: head.cells.length };
  const fallback = defaults.className ?? (places.has("class") ? undefined : defaults.fileName);
  const rows: ListRow[] = [];
  const problems: Problem[] = [];
  let count = 0;
  for (const record of records) {
    if (++count > PEOPLE_MAX) {
      throw new ListError(problemOf(record.line + skipped, "too_many_lines", { max: PEOPLE_MAX }));
    }
    const read = readRow({ ...record, line: record.line + skipped }, columns);
    if ("code" in read) problems.push(read);
    else rows.push(fallback === undefined ? read : { class: fallback, ...read });
  }
  if (count === 0) throw new ListError(problemOf(0, "empty"));
  return { rows, problems, ignored };
}

// Excel writes and reads a first line such as `sep=;`.
const NAMED_SEPARATOR = /^sep=([;,\t])(?:\r\n|\r|\n)/i;

function findSeparator(
  text: string,
): { readonly text: string; readonly separator: Separator; readonly skipped: number } {
  const named = NAMED_SEPARATOR.exec(text);
  if (named !== null) {
    const separator = named[1] as Separator;
    return { text: text.slice(named[0].length), separator, skipped: 1 };
  }
  let best: { separator: Separator; known: number; cells: number } | undefined;
  for (const separator of SEPARATORS) {
    const cells = firstCells(text, separator);
    const found = { separator, known: countKnown(cells), cells: cells.length };
    const isBetter = best === undefined || found.known > best.known ||
      (found.known === best.known && found.cells > best.cells);
    if (isBetter) best = found;
  }
  return { text, separator: best!.separator, skipped: 0 };
}

// With the wrong separator, even the headings may not be CSV.
function firstCells(text: string, separator: Separator): readonly string[] {
  try {
    const first = readCsv(text, separator).next().value as CsvRecord | undefined;
    return first?.cells ?? [];
  } catch (error) {
    if (error instanceof ListError) return [];
    throw error;
  }
}

function readRow(
  { line, cells }: CsvRecord,
  { places, width }: { readonly places: ReadonlyMap<ColumnKind, number>; readonly width: number },
): ListRow | Problem {
  const extra = cells.slice(width).find((cell) => cell.trim() !== "");
  if (extra !== undefined || cells.length > COLUMNS_MAX) {
    return problemOf(line, "too_many_cells", { max: width, found: shown(extra ?? "") });
  }
  for (const [kind, place] of places) {
    const cell = cells[place] ?? "";
    if (cell.length > CELL_UNITS_MAX) {
      return problemOf(line, "cell_too_long", { column: kind, max: CELL_UNITS_MAX });
    }
    if (/\p{Cc}/u.test(cell)) return problemOf(line, "control_character", { column: kind });
  }
  const cellOf = (kind: ColumnKind) => cells[places.get(kind) ?? -1]?.trim() ?? "";
  const name = cellOf("name") || madeName(cellOf("first"), cellOf("last"));
  if (name === "") return problemOf(line, "no_name");
  const roleWord = cellOf("role");
  const role = roleOf(roleWord);
  if (roleWord !== "" && role === undefined) {
    return problemOf(line, "bad_role", { found: shown(roleWord) });
  }
  // A password is never changed silently, not even by removing a space.
  const password = cells[places.get("password") ?? -1] ?? "";
  if (password.trim() !== password) return problemOf(line, "password_space");
  const groups = cellOf("groups").split("|").map((group) => group.trim()).filter(Boolean);
  const [id, className] = [cellOf("id"), cellOf("class")];
  return {
    line,
    name,
    ...(id === "" ? {} : { id }),
    ...(role === undefined ? {} : { role }),
    ...(className === "" ? {} : { class: className }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(password === "" ? {} : { password }),
  };
}
