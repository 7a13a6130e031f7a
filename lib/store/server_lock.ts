// One server for one data directory: a lock that ends with the process, however it ends.
import { makeDirectory } from "./database.ts";
import { StoreError } from "./errors.ts";
import { giveToOwnerOf } from "./owner.ts";
import { reasonOf, refuseSpecialFile, SpecialFile } from "./regular_file.ts";

/** Another server uses the data directory. */
export class ServerRunning extends Error {
  override readonly name = "ServerRunning";
}

/** Held while a server runs. */
export interface ServerLock {
  /** Tells commands that find it locked where the server listens. */
  announce(address: string): void;
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
    refuseSpecialFile(path);
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    // No server locks anything else than a file.
    if (error instanceof SpecialFile) return { state: "none" };
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
      // The disk is full. The lock holds all the same; its file does not say who has it.
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

/** What the server that holds the lock left there: its process, and where it listens. */
function describe(path: string): string {
  const [pid = "", address] = Deno.readTextFileSync(path).slice(0, LONGEST_NOTE).split("\n");
  if (!/^\d+$/.test(pid)) return "";
  return ` (process ${pid}${address ? `, chat on ${address}` : ""})`;
}

const LONGEST_NOTE = 300;
