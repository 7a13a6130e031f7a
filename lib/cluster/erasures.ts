// Removes the data of erased people from the files of a node, and from the log as soon as no node needs it any more.
import type { NodeDatabase } from "./copies/node_database.ts";
import type { NodeLog } from "./node_parts.ts";

/** What the erasures of a node work with. */
export interface ErasuresParts {
  readonly database: Pick<NodeDatabase, "erased" | "store">;
  readonly log: Pick<NodeLog, "range" | "purge">;
  /** Copies the write-ahead logs of this node into its databases, and empties them. @returns Whether they are empty. */
  readonly emptyLogs: () => Promise<boolean>;
  /** If this node leads, the sequence up to which no node that is heard needs a batch; otherwise 0. */
  readonly storedByAll: () => number;
  /** If this node leads, appends a batch soon, even if there is nothing to say. */
  readonly append: () => void;
  /** Whether nodes that belong to the cluster are silent. */
  readonly isIncomplete: () => Promise<boolean>;
  /** When the last person was erased, in milliseconds since 1970. */
  readonly erasedAt: () => number;
  /** The time of day in milliseconds since 1970. */
  readonly time: () => number;
  /** Called with what was done, for the log of the server. */
  readonly told: (text: string) => void;
}

/**
 * Silent nodes are waited for, and a quiet moment, at most for this time after an erasure, in milliseconds. A node that is
 * silent for longer gets a copy of the database when it comes back.
 */
export const WAIT_MS = 86_400_000;

/**
 * Three NATS servers have a log among themselves, which each shortens every two minutes if something was appended. They
 * remove its file only if nothing was appended at that moment. So the leader appends something from time to time.
 */
const NUDGES = { count: 10, everyMs: 60_000 };

/**
 * The erasures of one node. The log is emptied as a whole in a moment in which nothing is appended: NATS servers remove
 * single messages from their files much later.
 */
export class Erasures {
  readonly #parts: ErasuresParts;
  /** The place at the last look. */
  #before: number | undefined;
  #stored = 0;
  /** The last erasure whose data the log has no more. */
  #purged = 0;
  /** How often something is still to be appended, and when next. */
  #nudges = { left: 0, at: 0 };

  constructor(parts: ErasuresParts) {
    this.#parts = parts;
  }

  /** This node needs no batch up to this sequence any more, even if its machine loses power. */
  get stored(): number {
    return this.#stored;
  }

  /** Does what can be done now. Called about once a second. @throws The error of the log or the database. */
  async look(): Promise<void> {
    const { database, emptyLogs, erasedAt, time } = this.#parts;
    const { erased } = database;
    this.#nudge();
    if (erased <= this.#purged) return;
    const place = database.store();
    const isQuiet = place !== undefined && place === this.#before;
    this.#before = place;
    const isLate = time() - erasedAt() > WAIT_MS;
    if (place === undefined || !isQuiet && !isLate) return;
    if (this.#stored < place) {
      if (!await emptyLogs()) return;
      this.#stored = place;
    }
    await this.#purge(erased, isLate);
  }

  async #purge(erased: number, isLate: boolean): Promise<void> {
    const { log, storedByAll, isIncomplete, time, told } = this.#parts;
    const { first, last } = await log.range();
    if (first > erased) {
      this.#purged = erased;
      return;
    }
    const upTo = storedByAll();
    // What is appended meanwhile is not purged.
    if (upTo < (isLate ? erased : last)) return;
    if (!isLate && await isIncomplete()) return;
    await log.purge(upTo);
    this.#nudges = { left: NUDGES.count, at: time() + NUDGES.everyMs };
    told(`the log was emptied up to batch ${upTo}, because a person was erased`);
  }

  #nudge(): void {
    const { time, append } = this.#parts;
    const { left, at } = this.#nudges;
    if (left === 0 || time() < at) return;
    this.#nudges = { left: left - 1, at: at + NUDGES.everyMs };
    append();
  }
}
