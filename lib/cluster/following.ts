// How a node that does not lead reads the log into its copy of the database.
import type { Batch, Follower } from "./batch.ts";
import { ClockWatch } from "./clock_watch.ts";
import { PatientCopy } from "./copies/patient_copy.ts";
import type { NodeParts } from "./node_parts.ts";

/** What following works with. */
export interface FollowingParts
  extends Pick<NodeParts, "log" | "database" | "clock" | "time" | "changed" | "told"> {
  /** Called with each batch, once the database has it or the disk is full. */
  readonly read: (batch: Batch, sequence: number) => void;
  /** Called when reading has stopped, because the database could not be written. It goes on from its place. */
  readonly again: () => void;
  /** Called when the node cannot follow. */
  readonly failed: (error: unknown) => void;
}

/** Reads the log from {@linkcode begin} until {@linkcode pause}, and not after {@linkcode end}. */
export class Following {
  readonly #parts: FollowingParts;
  readonly #copy: PatientCopy;
  readonly #clock: ClockWatch;
  #follower: (Follower & { readonly isWell?: boolean; readonly hasNext?: boolean }) | undefined;
  #newest = 0;
  #isOver = false;

  constructor(parts: FollowingParts) {
    this.#parts = parts;
    const { database, clock: { after }, told } = parts;
    const follow = () => void this.#goOn(this.#follower);
    this.#copy = new PatientCopy({ database, after, follow, told });
    this.#clock = new ClockWatch(parts);
  }

  /** Whether the log delivers. */
  get isWell(): boolean {
    return this.#follower?.isWell !== false;
  }

  /** Whether the clock of this machine differs much from those of leaders. */
  get hasWrongClock(): boolean {
    return this.#clock.isWrong;
  }

  /** Begins to read from the place of the database on. */
  begin(): void {
    const { log, database, failed } = this.#parts;
    if (this.#isOver) return;
    this.#copy.begin();
    const follower = log.follow(database.place, (batch, sequence) => this.#apply(batch, sequence));
    this.#follower = follower;
    follower.ended.catch((error) => this.#isOver ? undefined : failed(error));
  }

  /** Stops reading. */
  async pause(): Promise<void> {
    await this.#follower?.stop();
  }

  /** Stops reading, and never reads again. */
  end(): Promise<void> {
    this.#isOver = true;
    this.#copy.stop();
    return this.pause();
  }

  async #goOn(follower: Follower | undefined): Promise<void> {
    await this.pause();
    // Meanwhile, the node may have led and follow again.
    if (this.#follower === follower) this.#parts.again();
  }

  #apply(batch: Batch, sequence: number): void {
    const { changed, read } = this.#parts;
    const isLast = this.#follower?.hasNext !== true;
    // A database that has to catch up reads batches again.
    const isNew = sequence > this.#newest;
    if (isNew) this.#newest = sequence;
    const tables = this.#copy.apply({ changeset: batch.changeset, sequence, isLast });
    if (isLast && isNew) this.#clock.read(batch.at);
    read(batch, sequence);
    if (tables.size > 0) changed(tables);
  }
}
