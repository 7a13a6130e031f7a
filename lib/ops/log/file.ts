// Opens the log file, synchronously and for appending.
// sonic-boom is a CommonJS package: its class is a member of the import.
import sonicBoom, { type SonicBoom } from "sonic-boom";
import { reasonOf, refuseSpecialFile, SpecialFile } from "../../store/regular_file.ts";

/** The log file cannot be opened. The message names the file and the reason. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";
}

// On a full disk, lines wait up to this limit. Further lines are dropped.
const MAX_WAITING_BYTES = 1024 * 1024;

/** Checks that a log file can be written; creates it if it is missing. @throws {LogFileError} */
export function makeWritable(path: string): void {
  try {
    // Opening a FIFO without a reader would never return.
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

/** Opens a log file; creates its directory if it is missing. @throws {LogFileError} */
export function openLogFile(path: string): SonicBoom {
  makeWritable(path);
  // Synchronous, so that fail2ban sees a line immediately and a crash loses none. Messages are not logged, so this
  // does not slow them down.
  return new sonicBoom.SonicBoom({
    dest: path,
    sync: true,
    append: true,
    mode: 0o640,
    maxLength: MAX_WAITING_BYTES,
  });
}
