// Writes the sheet with the slips: files that only their owner can read, and that never replace another file.
import { reasonOf } from "../../store/regular_file.ts";
import { CommandFailure } from "../command.ts";
import { harmless } from "../terminal/text.ts";

/** A file that is open but still empty. */
export interface NewFile extends Disposable {
  readonly path: string;
  /** Writes the document. From then on, the file stays. @throws {CommandFailure} */
  write(pieces: Iterable<string>): void;
}

/**
 * Creates a file with mode 0600. It is deleted again unless something is written.
 *
 * @throws {CommandFailure} if there is a file of this name, or it cannot be created.
 */
export function createNewFile(path: string): NewFile {
  const file = open(path);
  let keeps = false;
  return {
    path,
    write(pieces) {
      keeps = true;
      const encoder = new TextEncoder();
      try {
        for (const piece of pieces) {
          let bytes = encoder.encode(piece);
          while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
        }
        file.syncDataSync();
      } catch (error) {
        throw new CommandFailure(
          `${harmless(path)}: cannot write: ${harmless(reasonOf(error))}. The file is incomplete.`,
        );
      }
    },
    [Symbol.dispose]() {
      file.close();
      if (!keeps) Deno.removeSync(path);
    },
  };
}

function open(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new CommandFailure(
        `${
          harmless(path)
        }: file exists. Passwords never replace a file: name another, or delete it.`,
      );
    }
    throw new CommandFailure(`${harmless(path)}: cannot write: ${harmless(reasonOf(error))}.`);
  }
}
