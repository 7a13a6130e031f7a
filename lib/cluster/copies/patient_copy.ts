// The copy of a node that follows, also while its disk is full: the node goes on without it, and it catches up later.
import { isOfDisk } from "../../store/errors.ts";
import type { NodeDatabase } from "./node_database.ts";

/** How long a node waits that could not write its database, in milliseconds. */
export const CATCH_UP_MS = 3_000;

/** What the copy works with. */
export interface PatientCopyParts {
  readonly database: Pick<NodeDatabase, "apply" | "commit">;
  /** Runs a function later. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  /** Follows again from the place of the database. */
  readonly follow: () => void;
  /** Called with what happens, for the log of the server. */
  readonly told: (text: string) => void;
}

/** Applies the batches that a node reads. */
export class PatientCopy {
  readonly #parts: PatientCopyParts;
  #isBehind = false;
  /** The newest batch that was read, also without the database. */
  #newest = 0;
  /** Whether it was told that the database cannot be written. */
  #isTold = false;
  #cancel = () => {};

  constructor(parts: PatientCopyParts) {
    this.#parts = parts;
  }

  /** The node follows from the place of the database. */
  begin(): void {
    this.#isBehind = false;
    this.#cancel();
  }

  /**
   * Applies a batch, unless the database is behind.
   *
   * @param batch.isLast Whether no further one has arrived yet.
   * @returns The tables that have changed.
   * @throws {DoesNotFit}
   */
  apply(
    { changeset, sequence, isLast }: {
      readonly changeset: Uint8Array;
      readonly sequence: number;
      readonly isLast: boolean;
    },
  ): ReadonlySet<string> {
    const { database, told } = this.#parts;
    this.#newest = Math.max(this.#newest, sequence);
    let tables: ReadonlySet<string> = new Set();
    if (this.#isBehind) return tables;
    try {
      tables = database.apply(changeset, sequence);
      if (isLast) database.commit();
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      this.#fallBehind(error);
      return tables;
    }
    if (this.#isTold && isLast && sequence === this.#newest) {
      this.#isTold = false;
      told("the database has caught up");
    }
    return tables;
  }

  /** Ends waiting. */
  stop(): void {
    this.#cancel();
  }

  #fallBehind(error: unknown): void {
    const { after, follow, told } = this.#parts;
    this.#isBehind = true;
    this.#cancel = after(CATCH_UP_MS, follow);
    if (this.#isTold) return;
    this.#isTold = true;
    told(`the database cannot be written, and catches up later: ${(error as Error).message}`);
  }
}
