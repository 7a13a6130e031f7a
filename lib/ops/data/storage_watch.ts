// Watches the free disk space, and whether the database file is still the opened one.
// If something is wrong, the server stores nothing more, and the log says so once.
import { stat, statfs } from "node:fs/promises";
import type { ReasonOf } from "../../protocol/error_codes.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { Database } from "../../store/database.ts";
import type { Clock } from "../background.ts";
import type { Log } from "../log/log.ts";
import { filesystemOf } from "./storage.ts";

/** Options of the watch. */
export interface StorageWatchOptions {
  readonly database: Pick<Database, "path" | "shared" | "share">;
  readonly dataDir: string;
  /** The number of bytes to keep free; 0 for no limit. Read at each look. */
  readonly reserve: () => number;
  readonly log: Pick<Log, "write">;
  readonly clock: Clock;
  /** Returns the free bytes of the data directory's filesystem; `NaN` if unknown. For tests. */
  readonly freeBytes?: () => Promise<number>;
}

const LOOK_MS = 1_000;
/** Storing resumes at this multiple of the reserve, so that the log does not report each small file. */
const ENOUGH = 1.05;
/** The disk space that sharing the database needs, and a margin. */
const ROOM_TO_SHARE = 256 * 1024;
const MEBIBYTE = 2 ** 20;
const RETRY_SECONDS = 60;

/** Watches the storage from its creation until it is stopped. */
export class StorageWatch {
  readonly #options: StorageWatchOptions;
  readonly #file: string | undefined;
  /** What the file begins with; `undefined` where the next look is to find out. */
  #header: string | undefined;
  #overwritten = false;
  #low = false;
  #lost = false;
  #free: number;
  #stopped = false;
  #cancel: () => void = () => {};

  constructor(options: StorageWatchOptions) {
    this.#options = options;
    this.#file = identityNow(options.database.path);
    this.#header = headerNow(options.database.path);
    this.#free = filesystemOf(options.dataDir).freeBytes;
    this.#judgeRoom(this.#free);
    if (!options.database.shared) {
      this.#tell(
        "warning",
        "the disk is full: until there is room, commands such as `classcord backup` cannot use the " +
          "database while the server runs",
      );
    }
    this.#schedule();
  }

  /** The free bytes at the last look; `NaN` if unknown. */
  get free(): number {
    return this.#free;
  }

  /** Whether the database file was removed, replaced or overwritten. Looks at the file now; its content was last read earlier. */
  get lost(): boolean {
    this.#judgeFile(identityNow(this.#options.database.path));
    return this.#lost;
  }

  /** The error if nothing can be stored, as of the last look. */
  get refusal(): ProtocolError | undefined {
    if (this.#lost) return notStored("database_lost");
    return this.#low ? notStored("disk_full") : undefined;
  }

  /** Checks the database file before a write. @throws {ProtocolError} */
  refuseLost(): void {
    if (this.lost) throw this.refusal!;
  }

  /** Stops watching. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #schedule(): void {
    if (!this.#stopped) this.#cancel = this.#options.clock.after(LOOK_MS, () => void this.#look());
  }

  // Asynchronous, because a filesystem may be slow.
  async #look(): Promise<void> {
    const { dataDir, database, freeBytes = () => freeBytesOf(dataDir) } = this.#options;
    const [free, file] = await Promise.all([freeBytes(), identityOf(database.path)]);
    // Opening anything else than the database, such as a FIFO, might not return.
    const header = file === this.#file ? await headerOf(database.path) : undefined;
    if (this.#stopped) return;
    this.#free = free;
    this.#judgeRoom(free);
    this.#header ??= header;
    this.#overwritten = header !== undefined && header !== this.#header;
    this.#judgeFile(file);
    this.#shareAgain(free);
    this.#schedule();
  }

  #judgeRoom(free: number): void {
    const { reserve: reserveNow, dataDir } = this.#options;
    const reserve = reserveNow();
    // If the space cannot be measured, the server keeps storing messages, and readiness reports the problem.
    const low = reserve > 0 && free < (this.#low ? reserve * ENOUGH : reserve);
    if (low === this.#low) return;
    this.#low = low;
    const left = `${mebibytes(free)} MiB are free in ${dataDir}`;
    const bound = `store.reserve_bytes is ${mebibytes(reserve)} MiB`;
    if (low) {
      this.#tell(
        "error",
        `${left}, ${bound}: messages and registrations are refused until there is room`,
      );
    } else this.#tell("info", `${left}, ${bound}: messages and registrations are accepted again`);
  }

  #judgeFile(file: string | undefined): void {
    const lost = (file !== this.#file || this.#overwritten) && file !== undefined;
    if (lost === this.#lost) return;
    this.#lost = lost;
    const { path } = this.#options.database;
    if (lost) {
      const [what, advice] = file === this.#file
        ? ["overwritten", "Stop the server and restore a backup with `classcord restore FILE`."]
        : [
          file === MISSING ? "removed" : "replaced",
          "Put the file back, or restart the server to use what is there.",
        ];
      this.#tell(
        "error",
        `${path} was ${what} while the server runs: messages and registrations are refused. ${advice}`,
      );
    } else this.#tell("info", `${path} is there again: messages and registrations are accepted`);
  }

  #shareAgain(free: number): void {
    const { database } = this.#options;
    if (database.shared || this.#low || this.#lost || !(free > ROOM_TO_SHARE)) return;
    if (database.share()) this.#tell("info", "commands may use the database again");
    // The server itself has changed it now.
    this.#header = undefined;
  }

  #tell(level: "info" | "warning" | "error", text: string): void {
    this.#options.log.write(level, "ERREUR", text);
  }
}

const MISSING = "missing";

/** Identifies the file at a path: {@linkcode MISSING} if there is none, `undefined` if it cannot be read. */
function identityNow(path: string): string | undefined {
  try {
    return identity(Deno.statSync(path));
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? MISSING : undefined;
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    return identity(await stat(path));
  } catch (error) {
    return (error as { code?: string }).code === "ENOENT" ? MISSING : undefined;
  }
}

function identity({ dev, ino }: { dev: number; ino: number | null }): string {
  return `${dev}:${ino}`;
}

// Of SQLite's header: its mark, the size of a page, and the mode, which a copy in the place of a database that is
// in use does not have; and the mark of the program.
const HEADER_PARTS = [[0, 20], [68, 72]] as const;
const HEADER_BYTES = 100;

/** What a database file begins with, as far as a server never changes it; `undefined` if that cannot be known. */
function headerNow(path: string): string | undefined {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(HEADER_BYTES);
    return header(bytes.subarray(0, file.readSync(bytes) ?? 0));
  } catch {
    return undefined;
  }
}

async function headerOf(path: string): Promise<string | undefined> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(HEADER_BYTES);
    return header(bytes.subarray(0, await file.read(bytes) ?? 0));
  } catch {
    return undefined;
  }
}

function header(bytes: Uint8Array): string {
  return HEADER_PARTS.map(([from, to]) => bytes.subarray(from, to).toHex()).join();
}

async function freeBytesOf(path: string): Promise<number> {
  try {
    const { bsize, bavail } = await statfs(path);
    return bsize * bavail;
  } catch {
    return NaN;
  }
}

function notStored(reason: ReasonOf<"busy">): ProtocolError {
  return new ProtocolError("busy", { reason, retryAfter: RETRY_SECONDS });
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / MEBIBYTE);
}
