// One server for one data directory: a lock that ends with the process, however it ends.
import { makeDirectory } from "./database.ts";
import { StoreError } from "./errors.ts";
import { refuseSpecialFile } from "./regular_file.ts";

/** Another server uses the data directory. */
export class ServerRunning extends Error {
  override readonly name = "ServerRunning";
}

/** Held while a server runs. */
export interface ServerLock {
  /** Lets the next server in. */
  release(): void;
}

/** Whether a server uses a data directory, as far as this process may know. */
export type ServerPresence =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly pid: number | undefined }
  | { readonly state: "unknown" };

/** Looks whether a server uses a data directory. It is unknown where this process may not read there. */
export function findServer(dataDir: string): ServerPresence {
  const path = `${dataDir}/${LOCK_FILE}`;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    return { state: error instanceof Deno.errors.NotFound ? "none" : "unknown" };
  }
  using _ = file;
  // A shared lock: two commands that look at the same time do not take each other for a server.
  if (file.tryLockSync(false)) return { state: "none" };
  const pid = /^\d+/.exec(Deno.readTextFileSync(path))?.[0];
  return { state: "running", pid: pid === undefined ? undefined : Number(pid) };
}

const LOCK_FILE = "classcord.lock";

/**
 * Locks a data directory for this process.
 *
 * @throws {ServerRunning} naming the process that holds it.
 * @throws {StoreError} where the lock file cannot be written.
 */
export function lockForServer(dataDir: string): ServerLock {
  makeDirectory(dataDir);
  const path = `${dataDir}/${LOCK_FILE}`;
  let file: Deno.FsFile;
  try {
    refuseSpecialFile(path);
    file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      "not_writable",
      `${path}: expected to be allowed to write, got "${text}".`,
      {
        cause: error,
      },
    );
  }
  if (!file.tryLockSync(true)) {
    file.close();
    const pid = Deno.readTextFileSync(path).trim();
    throw new ServerRunning(
      `${dataDir}: another server${
        pid === "" ? "" : ` (process ${pid})`
      } uses this data directory.`,
    );
  }
  file.truncateSync();
  try {
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // The disk is full. The lock holds all the same; its file names no process.
  }
  return {
    release() {
      file.truncateSync();
      file.unlockSync();
      file.close();
    },
  };
}
