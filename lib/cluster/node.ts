// A node of a cluster: follows the log with its copy of the database, and leads when no other node does.
import type { Batch, Follower } from "./batch.ts";
import { Contact, SILENCE_MS, type Stage } from "./contact.ts";
import { runOf, sequenceOf } from "./edges/link_session.ts";
import type { NodeParts } from "./node_parts.ts";
import { Reign } from "./reign.ts";
import { nodeOfRun } from "./run_name.ts";
import { SessionTable } from "./session_table.ts";

const TICK_MS = 100;

/** What a follower may tell besides. */
interface Reading {
  readonly isWell?: boolean;
  readonly hasNext?: boolean;
  /** How many messages the log has after the last one that was read, as far as is known. */
  readonly behind?: number;
}

/** A node. It begins to follow with {@linkcode start}. */
export class ClusterNode {
  readonly #parts: NodeParts;
  readonly #table = new SessionTable();
  readonly #ready = Promise.withResolvers<void>();
  readonly #unlisten: () => void;
  readonly #contact: Contact;
  #follower: (Follower & Reading) | undefined;
  #reign: Reign | undefined;
  /** The sequence of the last batch that the edge has. */
  #taken = 0;
  /** The sequence with which the newest known leader began. */
  #newest = 0;
  #cutOffSince: number | undefined;
  #isStopped = false;
  #cancelTick = () => {};

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.#contact = new Contact(parts.clock.now, (stage) => this.#contactChanged(stage));
    // The caller may look at it later.
    this.#ready.promise.catch(() => {});
    this.#unlisten = parts.courier.listen(parts.edge.name, {
      answered: (answer) => parts.core.receive(answer),
      beat: (run) => this.#heard(run),
    });
  }

  /**
   * Resolves when a leader is known that is alive, to which this node can pass requests on. Rejects if the node cannot go
   * on.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether this node leads. */
  get leads(): boolean {
    return this.#reign?.chat !== undefined;
  }

  /** Whether this node reaches the log. */
  get contact(): Pick<Contact, "stage" | "lost"> {
    return this.#contact;
  }

  /** When this node was found to be cut off, in milliseconds since 1970; `undefined` while it reaches the log. */
  get cutOffSince(): number | undefined {
    return this.#cutOffSince;
  }

  /** If this node leads: none of the nodes that are heard needs a batch up to this sequence any more. Otherwise 0. */
  get storedByAll(): number {
    return this.#reign?.stored ?? 0;
  }

  /** The name of the node that leads; `undefined` while none is heard. */
  get leader(): string | undefined {
    const { core, name } = this.#parts;
    if (this.leads) return name;
    if (core.leader === undefined || this.#contact.lost >= SILENCE_MS) return undefined;
    return nodeOfRun(runOf(core.leader));
  }

  /** The last batch of the log that the database has. */
  get batch(): number {
    return this.#parts.database.place.sequence;
  }

  /** How many messages the log has after that, as far as is known. A leader has all of them. */
  get behind(): number {
    return this.#reign === undefined ? this.#follower?.behind ?? 0 : 0;
  }

  /** Begins to follow the log. The first node of a new cluster leads at once. */
  async start(): Promise<void> {
    this.#follow();
    this.#tick();
    const { last } = await this.#parts.log.range();
    if (last === 0) await this.#lead();
  }

  /** Sends a frame of the edge. */
  send(run: string, frame: Uint8Array): void {
    const { run: own, courier } = this.#parts;
    if (run !== own) return courier.sendFrame(run, frame);
    // The leader is here.
    queueMicrotask(() => this.#reign?.receive(frame));
  }

  /**
   * Ends leading, for planned work on this node: another one takes over at once. If there is none, this node leads again
   * after ten seconds. The turn in which it is called is in the log before, so a request that causes it is done.
   *
   * @returns Whether the node led, and leads no more.
   */
  async resign(): Promise<boolean> {
    const reign = this.#reign;
    if (reign?.chat === undefined) return false;
    await reign.settled();
    if (this.#reign !== reign) return false;
    this.#parts.told(`node ${this.#parts.name} resigns`);
    this.#contact.rest();
    this.#endReign();
    this.#parts.courier.beat("");
    this.#follow();
    return true;
  }

  /** Stops. If the node leads, another one takes over at once. */
  async stop(): Promise<void> {
    const { courier, core, run } = this.#parts;
    this.#isStopped = true;
    this.#cancelTick();
    const led = this.leads;
    this.#endReign();
    if (led) courier.beat("");
    this.#unlisten();
    core.stop();
    await this.#follower?.stop();
    if (led) this.#parts.told(`node ${run} leads no more`);
  }

  #contactChanged(stage: Stage): void {
    const { time, contactChanged } = this.#parts;
    this.#cutOffSince = stage === "well" ? undefined : this.#cutOffSince ?? time();
    contactChanged?.(stage);
  }

  #follow(): void {
    const { log, database } = this.#parts;
    if (this.#isStopped) return;
    this.#contact.heard();
    const follower = log.follow(database.place, (batch, sequence) => this.#apply(batch, sequence));
    this.#follower = follower;
    follower.ended.catch((error) => this.#isStopped ? undefined : this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#ready.reject(error);
    this.#parts.failed(error);
  }

  #apply(batch: Batch, sequence: number): void {
    const { database, changed } = this.#parts;
    database.apply(batch.changeset, sequence);
    if (this.#follower?.hasNext !== true) database.commit();
    this.#contact.reached();
    this.#take(batch, sequence);
    if (batch.changeset.length > 0) changed();
  }

  #take(batch: Batch, sequence: number): void {
    const { core, edge } = this.#parts;
    // If the disk was full, the database is behind what the edge has from the log.
    if (sequence <= this.#taken) return;
    this.#taken = sequence;
    if (batch.lead !== undefined) this.#newest = sequence;
    core.apply(batch, { sequence, edge });
    this.#table.apply(batch);
  }

  #heard(leader: string): void {
    const { core, database } = this.#parts;
    if (leader === "") return this.#contact.left();
    // A leader that was stopped for a while may not know yet that another one leads.
    const begins = sequenceOf(leader);
    if (begins < this.#newest) return;
    if (this.#reign !== undefined) return this.#reign.heard(begins);
    this.#newest = begins;
    this.#contact.heard();
    // A beat does not need the log.
    if (this.#follower?.isWell !== false) this.#contact.reached();
    // Otherwise, this node will read the batch with which that leader began.
    if (begins > database.place.sequence) return;
    core.follow(leader);
    this.#ready.resolve();
  }

  readonly #tick = (): void => {
    this.#cancelTick = this.#parts.clock.after(TICK_MS, this.#tick);
    this.#contact.look();
    if (this.#reign !== undefined) return this.#reign.tick();
    // What a node hears does not count while its own connection is broken.
    if (this.#follower?.isWell === false) this.#contact.heard();
    if (this.#contact.shouldLead) this.#lead().catch((error) => this.#fail(error));
  };

  async #lead(): Promise<void> {
    const { log, database, name, told } = this.#parts;
    this.#contact.heard();
    const { last } = await log.range().catch(() => ({ last: Infinity }));
    if (database.place.sequence < last || this.#reign !== undefined || this.#isStopped) return;
    const reign = new Reign({
      parts: this.#parts,
      contact: this.#contact,
      table: this.#table,
      took: (batch, sequence) => this.#take(batch, sequence),
      lost: (error) => this.#stepDown(error),
    });
    this.#reign = reign;
    await this.#follower?.stop();
    if (this.#reign !== reign) return;
    if (!await reign.begin()) return;
    told(`node ${name} leads from batch ${database.place.sequence} on`);
    this.#ready.resolve();
  }

  /** Another node leads, or this one cannot: it undoes what the log has not, and follows. */
  #stepDown(error: unknown): void {
    this.#parts.told(`this node does not lead: ${error instanceof Error ? error.message : error}`);
    this.#endReign();
    this.#follow();
  }

  #endReign(): void {
    this.#reign?.close();
    this.#reign = undefined;
  }
}
