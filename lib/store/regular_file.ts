// Reads regular files only. Opening or reading a FIFO, a directory or a device may never return.

/** The maximum size. Configuration, certificates and keys are much smaller. */
const MAX_BYTES = 4 * 2 ** 20;

/** The path does not name a regular file. The message says what it names, to follow "got". */
export class SpecialFile extends Error {
  override readonly name = "SpecialFile";
}

/**
 * Rejects a path that exists and is not a regular file. Symbolic links are followed.
 *
 * @throws {SpecialFile}
 * @throws The error of `Deno.statSync`, except if the path does not exist.
 */
export function refuseSpecialFile(path: string): void {
  let file: Deno.FileInfo;
  try {
    file = Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const kind = kindOf(file);
  if (kind !== undefined) throw new SpecialFile(`${kind}, which is not a regular file`);
}

/**
 * Reads the configuration, or a text file that it names.
 *
 * @throws {SpecialFile}
 * @throws The error of `Deno.readTextFileSync`.
 */
export function readRegularFile(path: string): string {
  refuseSpecialFile(path);
  if (Deno.statSync(path).size > MAX_BYTES) {
    throw new SpecialFile(`a file of more than ${MAX_BYTES} bytes`);
  }
  return Deno.readTextFileSync(path);
}

/**
 * Why a file cannot be read or written. Deno's own advice, to start the program with more permissions, is none that
 * an administrator can follow.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return "ClassCord uses no files in /dev, /proc and /sys";
  }
  return error instanceof Error ? error.message : String(error);
}

/** What lies at a path where a directory is expected; `undefined` for a directory, and where nothing can be seen. */
export function kindOfNoDirectory(path: string): string | undefined {
  try {
    const file = Deno.statSync(path);
    return file.isDirectory ? undefined : kindOf(file) ?? "a file";
  } catch {
    return undefined;
  }
}

function kindOf(file: Deno.FileInfo): string | undefined {
  if (file.isFile) return undefined;
  if (file.isDirectory) return "a directory";
  if (file.isFifo) return "a FIFO (named pipe)";
  if (file.isSocket) return "a socket";
  return "a device";
}
