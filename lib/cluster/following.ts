// Reads the log for a node that does not lead: into its copy of the database, and for its edge.
import type { Batch, Follower } from "./batch.ts";
import { ClockWatch } from "./clock_watch.ts";
import type { Contact } from "./contact.ts";
import { PatientCopy } from "./copies/patient_copy.ts";
import type { NodeParts } from "./node_parts.ts";

/** What it works with. */
export interface FollowingOptions {
  readonly parts: NodeParts;
  readonly contact: Contact;
  /** Called with each batch that was read. */
  readonly took: (batch: Batch, sequence: number) => void;
  /** Called if the node cannot follow any more. */
  readonly failed: (error: unknown) => void;
}

/** Follows from the place of the database, whenever the node does not lead. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #copy: PatientCopy;
  readonly #clock: ClockWatch;
  #follower: (Follower & { readonly isWell?: boolean; readonly hasNext?: boolean }) | undefined;
  #isStopped = false;

  constructor(options: FollowingOptions) {
    const { database, clock: { after }, told, time } = options.parts;
    this.#options = options;
    this.#clock = new ClockWatch({ time, told });
    this.#copy = new PatientCopy({
      database,
      after,
      follow: () => void this.#followAgain(this.#follower),
      told,
    });
  }

  /** Whether the log delivers, as far as is known. */
  get isWell(): boolean {
    return this.#follower?.isWell !== false;
  }

  /** Whether the clock of this node differs from that of the leader. */
  get isClockWrong(): boolean {
    return this.#clock.isWrong;
  }

  /** Begins to follow from the place of the database. */
  begin(): void {
    const { parts: { log, database }, contact, failed } = this.#options;
    if (this.#isStopped) return;
    contact.heard();
    this.#copy.begin();
    const follower = log.follow(database.place, (batch, sequence) => this.#read(batch, sequence));
    this.#follower = follower;
    follower.ended.catch((error) => this.#isStopped ? undefined : failed(error));
  }

  /** Ends to follow, because the node leads. */
  async end(): Promise<void> {
    await this.#follower?.stop();
  }

  /** Ends for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#copy.stop();
    await this.end();
  }

  #read(batch: Batch, sequence: number): void {
    const { parts: { changed }, contact, took } = this.#options;
    const { changeset, at } = batch;
    const isLast = this.#follower?.hasNext !== true;
    this.#copy.apply({ changeset, sequence, isLast });
    if (isLast) this.#clock.read(at);
    contact.reached();
    took(batch, sequence);
    if (changeset.length > 0) changed();
  }

  /** The database could not be written: it goes on from its place. */
  async #followAgain(follower: Follower | undefined): Promise<void> {
    await follower?.stop();
    // The node may lead by now, or have led.
    const { database } = this.#options.parts;
    if (this.#follower === follower && !database.leads) this.begin();
  }
}
