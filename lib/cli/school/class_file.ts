// Reads the CSV file of a class list, and tells what is wrong with it.
import { LIST_BYTES_MAX } from "../../school/limits.ts";
import { type ClassList, readList } from "../../school/list.ts";
import { ListError, type Problem, problemOf } from "../../school/problem.ts";
import { problemText } from "../../school/texts.ts";
import { reasonOf, refuseSpecialFile, SpecialFile } from "../../store/regular_file.ts";
import { CommandFailure } from "../command.ts";
import { harmless } from "../terminal/text.ts";

/**
 * Reads a class list.
 *
 * @param className The class of rows that have none.
 * @throws {CommandFailure} if the file cannot be read as a list at all.
 */
export function readClassFile(path: string, className: string | undefined): ClassList {
  try {
    return readList(readBytes(path), { className, fileName: stemOf(path) });
  } catch (error) {
    if (!(error instanceof ListError)) throw error;
    throw new CommandFailure(`${problemLine(path, error.problem)}\nNothing was changed.`);
  }
}

/** Returns a problem as a line: the file, the line and the sentence. */
export function problemLine(path: string, problem: Problem): string {
  const place = problem.line === 0 ? "" : `line ${problem.line}: `;
  return harmless(`${path}: ${place}${problemText(problem, "en")}`);
}

function readBytes(path: string): Uint8Array {
  try {
    refuseSpecialFile(path);
    const { size } = Deno.statSync(path);
    if (size > LIST_BYTES_MAX) {
      throw new ListError(problemOf(0, "too_big", { max: LIST_BYTES_MAX, bytes: size }));
    }
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof ListError) throw error;
    if (error instanceof SpecialFile) {
      throw new CommandFailure(`${harmless(path)}: expected a CSV file, got ${error.message}.`);
    }
    throw new CommandFailure(`${harmless(path)}: cannot read: ${harmless(reasonOf(error))}.`);
  }
}

/** Returns the name of a file without its folder and its extension. */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
