// Opens the file of the log, synchronously and for appending.
// A CommonJS package: its class is a member of what Deno imports.
import sonicBoom, { type SonicBoom } from "sonic-boom";
import { reasonOf, refuseSpecialFile, SpecialFile } from "../../store/regular_file.ts";

/** The log file cannot be opened: the message says which and why. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";
}

// While the disk is full, lines wait up to this bound; beyond it they are dropped.
const MAX_WAITING_BYTES = 1024 * 1024;

/** Makes sure that a log file can be written; it is created where it is missing. @throws {LogFileError} */
export function makeWritable(path: string): void {
  try {
    // Opening a FIFO that nobody reads would never return.
    refuseSpecialFile(path);
    const directory = path.replace(/\/?[^/]*$/, "");
    if (directory !== "") Deno.mkdirSync(directory, { recursive: true, mode: 0o750 });
    Deno.openSync(path, { append: true, create: true, mode: 0o640 }).close();
  } catch (error) {
    const text = reasonOf(error);
    const hint = error instanceof SpecialFile || error instanceof Deno.errors.NotCapable
      ? ' For the console alone, set log.file to "".'
      : "";
    throw new LogFileError(
      `${path}: cannot write the log: ${text}.${hint}`,
      { cause: error },
    );
  }
}

/** Opens a log file, and makes its directory where that is missing. @throws {LogFileError} */
export function openLogFile(path: string): SonicBoom {
  makeWritable(path);
  // Synchronous: fail2ban sees a line at once, and a crash loses none. Messages are not logged, so
  // this is not on their path.
  return new sonicBoom.SonicBoom({
    dest: path,
    sync: true,
    append: true,
    mode: 0o640,
    maxLength: MAX_WAITING_BYTES,
  });
}
