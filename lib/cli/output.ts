// Writes a command's result to standard output or to a file that only its owner can read.
import { fstatSync } from "node:fs";
import { unixUser } from "../ops/operator.ts";
import { reasonOf } from "../store/regular_file.ts";
import { CommandFailure } from "./command.ts";
import { harmlessLines } from "./terminal/text.ts";

/** The options of a command that writes a document. */
export interface OutputOptions {
  /** Path of the file. If it is missing or `-`, the document goes to standard output. */
  readonly out?: string;
  /** Whether to overwrite an existing file. */
  readonly force?: boolean;
}

const CHUNK = 64 * 1024;

/** Whether a command writes to a file. `-` means standard output. */
export function writesFile({ out }: OutputOptions): boolean {
  return out !== undefined && out !== "-";
}

/** Whether what a command writes becomes the beginning of a file, also by a redirection of the shell. */
export function beginsFile(options: OutputOptions): boolean {
  if (writesFile(options)) return true;
  const { isFile, size } = standardOutput();
  return isFile && size === 0;
}

function standardOutput(): { isFile: boolean; size: number } {
  try {
    const status = fstatSync(STDOUT);
    return { isFile: status.isFile(), size: status.size };
  } catch {
    // It is closed.
    return { isFile: false, size: 0 };
  }
}

const STDOUT = 1;

/**
 * Writes a document piece by piece. If the output is a terminal, control characters are escaped.
 *
 * @throws {CommandFailure} if the file cannot be written.
 */
export function writeOutput(pieces: Iterable<string>, options: OutputOptions): void {
  const { out, force = false } = options;
  const file = writesFile(options) ? open(options.out!, force) : Deno.stdout;
  const encoder = new TextEncoder();
  const shown = file === Deno.stdout && Deno.stdout.isTerminal() ? harmlessLines : String;
  const flush = (text: string) => {
    let bytes = encoder.encode(shown(text));
    while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
  };
  try {
    let text = "";
    for (const piece of pieces) {
      text += piece;
      if (text.length < CHUNK) continue;
      flush(text);
      text = "";
    }
    flush(text);
  } catch (error) {
    // The reader has closed the pipe, as in `classcord export | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw incomplete(out, error);
  } finally {
    if (file !== Deno.stdout) file.close();
  }
}

function open(path: string, force: boolean): Deno.FsFile {
  try {
    const fresh = force ? { create: true, truncate: true } : { createNew: true };
    return Deno.openSync(path, { write: true, mode: 0o600, ...fresh });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new CommandFailure(`${path}: file exists. Use --force to overwrite it.`);
    }
    const reason = reasonOf(error);
    const hint = error instanceof Deno.errors.PermissionDenied
      ? ` ${
        unixUser() ?? "This user"
      } cannot write there. Leave out --out and redirect the output: … > file`
      : "";
    throw new CommandFailure(`${path}: cannot write: ${reason}.${hint}`);
  }
}

// A system error means that writing failed, for example because the disk is full. Others come from reading the
// database.
function incomplete(out: string | undefined, error: unknown): unknown {
  if (!(error instanceof Error) || !/os error/.test(error.message)) return error;
  const where = out ?? "standard output";
  return new CommandFailure(
    `${where}: cannot write: ${error.message}. The output is incomplete.`,
  );
}

/** Yields the pieces of a document. `act` runs before the first, when the output file is open. */
export function* after(act: () => void, pieces: Iterable<string>): Generator<string> {
  act();
  yield* pieces;
}
