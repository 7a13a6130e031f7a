// Where a command's result goes: standard output, or a file that only its owner can read.
import { CommandFailure } from "./command.ts";

/** The options of a command that writes a document. */
export interface OutputOptions {
  /** Path of the file; standard output if there is none. */
  readonly out?: string;
  /** Whether a file that exists is overwritten. */
  readonly force?: boolean;
}

const CHUNK = 64 * 1024;

/** Writes a document that comes in pieces. @throws {CommandFailure} where the file cannot be written. */
export function writeOutput(
  pieces: Iterable<string>,
  { out, force = false }: OutputOptions,
): void {
  const file = out === undefined ? Deno.stdout : open(out, force);
  const encoder = new TextEncoder();
  const flush = (text: string) => {
    let bytes = encoder.encode(text);
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
    // As in `classcord export | head`.
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
      throw new CommandFailure(`${path}: expected no such file. Overwrite it with --force.`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${path}: expected to be allowed to write, got "${reason}".`);
  }
}

// The disk is full, for one. Reading the database may fail as well.
function incomplete(out: string | undefined, error: unknown): unknown {
  if (!(error instanceof Error) || !/os error/.test(error.message)) return error;
  const where = out ?? "standard output";
  return new CommandFailure(
    `${where}: expected to write all of it, got "${error.message}". What is there is not whole.`,
  );
}

/** The pieces of a document; `act` happens before the first, once it is known where they go. */
export function* after(act: () => void, pieces: Iterable<string>): Generator<string> {
  act();
  yield* pieces;
}
