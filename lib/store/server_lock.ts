// Ensures that only one server uses a data directory. The lock ends with the process, even after a crash.
import { makeDirectory } from "./database.ts";
import { StoreError } from "./errors.ts";
import { giveToOwnerOf } from "./owner.ts";
import { reasonOf, refuseSpecialFile, SpecialFile } from "./regular_file.ts";

/** Another server uses the data directory. */
export class ServerRunning extends Error {
  override readonly name = "ServerRunning";
}

/** The lock of a running server. */
export interface ServerLock {
  /** Writes the server's address to the lock file, for commands that find it locked. */
  announce(address: string): void;
  /** Releases the lock, so that the next server can start. */
  release(): void;
}

/** Whether a server uses a data directory, as far as this process can see. */
export type ServerPresence =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly pid: number | undefined }
  | { readonly state: "unknown" };

/** Checks whether a server uses a data directory. The state is unknown if this process may not read there. */
export function findServer(dataDir: string): ServerPresence {
  const path = `${dataDir}/${LOCK_FILE}`;
  let file: Deno.FsFile;
  try {
    refuseSpecialFile(path);
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    // No server locks anything else than a file.
    if (error instanceof SpecialFile) return { state: "none" };
    return { state: error instanceof Deno.errors.NotFound ? "none" : "unknown" };
  }
  using _ = file;
  // A shared lock, so that two commands that check at the same time do not mistake each other for a server.
  if (file.tryLockSync(false)) return { state: "none" };
  const pid = /^\d+/.exec(Deno.readTextFileSync(path))?.[0];
  return { state: "running", pid: pid === undefined ? undefined : Number(pid) };
}

const LOCK_FILE = "classcord.lock";

/**
 * Locks a data directory for this process.
 *
 * @throws {ServerRunning} With the process that has the lock.
 * @throws {StoreError} If the lock file cannot be written.
 */
export function lockForServer(dataDir: string): ServerLock {
  makeDirectory(dataDir);
  const path = `${dataDir}/${LOCK_FILE}`;
  let file: Deno.FsFile;
  try {
    refuseSpecialFile(path);
    file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    giveToOwnerOf(dataDir, path);
  } catch (error) {
    const text = reasonOf(error);
    throw new StoreError(
      "not_writable",
      `${path}: cannot write: ${text}.`,
      {
        cause: error,
      },
    );
  }
  if (!file.tryLockSync(true)) {
    file.close();
    throw new ServerRunning(
      `${dataDir}: another server${describe(path)} already runs in this data directory. ` +
        "`classcord stats` shows its figures, `classcord shutdown` stops it.",
    );
  }
  file.truncateSync();
  const write = (text: string) => {
    try {
      file.writeSync(new TextEncoder().encode(`${text}\n`));
    } catch {
      // The disk is full. The lock still works, but its file does not name the process.
    }
  };
  write(String(Deno.pid));
  return {
    announce: write,
    release() {
      file.truncateSync();
      file.unlockSync();
      file.close();
    },
  };
}

/** Describes the server that has the lock, from the lock file: its process and its address. */
function describe(path: string): string {
  const [pid = "", address] = Deno.readTextFileSync(path).slice(0, LONGEST_NOTE).split("\n");
  if (!/^\d+$/.test(pid)) return "";
  return ` (process ${pid}${address ? `, chat on ${address}` : ""})`;
}

const LONGEST_NOTE = 300;
