// A node of a cluster: follows the log with its copy of the database, and leads when no other node does.
import { type Batch, Deposed } from "./batch.ts";
import { Contact, type Stage } from "./contact.ts";
import { sequenceOf } from "./edges/link_session.ts";
import { Following } from "./following.ts";
import type { NodeParts } from "./node_parts.ts";
import { Reign } from "./reign.ts";
import { SessionTable } from "./session_table.ts";

const TICK_MS = 100;

/** A node. It begins to follow with {@linkcode start}. */
export class ClusterNode {
  readonly #parts: NodeParts;
  readonly #table = new SessionTable();
  readonly #ready = Promise.withResolvers<void>();
  readonly #unlisten: () => void;
  readonly #contact: Contact;
  readonly #following: Following;
  #reign: Reign | undefined;
  /** The sequence of the last batch that the edge has. */
  #taken = 0;
  /** The sequence with which the newest known leader began. */
  #newest = 0;
  #cutOffSince: number | undefined;
  #couldStore = true;
  #isStopped = false;
  #cancelTick = () => {};

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.#contact = new Contact(parts.clock.now, this.#contactChanged, parts.contactTimes);
    this.#following = new Following({
      ...parts,
      read: (batch, sequence) => this.#read(batch, sequence),
      again: () => this.#reign === undefined && this.#follow(),
      failed: (error) => this.#fail(error),
    });
    // The caller may look at it later.
    this.#ready.promise.catch(() => {});
    this.#unlisten = parts.courier.listen(parts.edge.name, {
      answered: (answer) => parts.core.receive(answer),
      beat: (run) => this.#heard(run),
    });
  }

  /** Resolves when a leader is known that takes requests. Rejects if the node cannot go on. */
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

  /** The states of the sessions of all nodes, by the number of the connection, as the log has brought them. */
  get states(): readonly (readonly [connection: number, state: Uint8Array])[] {
    return this.#table.list();
  }

  /** When this node was found to be cut off, in milliseconds since 1970; `undefined` while it reaches the log. */
  get cutOffSince(): number | undefined {
    return this.#cutOffSince;
  }

  /** What only a node that leads has. */
  get reign(): Pick<Reign, "stored" | "append"> | undefined {
    return this.#reign;
  }

  /** Begins to follow the log. The first node of a new cluster leads at once. */
  async start(): Promise<void> {
    this.#follow();
    this.#tick();
    // Without an answer, it leads after some silence.
    const { last } = await this.#parts.log.range().catch(() => ({ last: Infinity }));
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
    await this.#following.end();
    if (led) this.#parts.told(`node ${run} leads no more`);
  }

  readonly #contactChanged = (stage: Stage): void => {
    const { time, contactChanged } = this.#parts;
    this.#cutOffSince = stage === "well" ? undefined : this.#cutOffSince ?? time();
    contactChanged?.(stage);
  };

  #follow(): void {
    if (this.#isStopped) return;
    this.#contact.heard();
    this.#following.begin();
  }

  #fail(error: unknown): void {
    this.#ready.reject(error);
    this.#parts.failed(error);
  }

  #read(batch: Batch, sequence: number): void {
    this.#contact.reached();
    if (sequence > this.#taken) batch.guesses?.forEach((guess) => this.#parts.guessed?.(guess));
    this.#take(batch, sequence);
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
    if (this.#following.isWell) this.#contact.reached();
    // Otherwise, this node will read the batch with which that leader began.
    if (begins > database.place.sequence) return;
    core.follow(leader);
    this.#ready.resolve();
  }

  readonly #tick = (): void => {
    this.#cancelTick = this.#parts.clock.after(TICK_MS, this.#tick);
    this.#contact.look();
    const canStore = this.#parts.canStore?.() ?? true;
    const isFullNow = this.#couldStore && !canStore;
    this.#couldStore = canStore;
    if (isFullNow && this.#reign?.hasOthers) this.resign().catch((error) => this.#fail(error));
    if (this.#reign !== undefined) return this.#reign.tick();
    // What a node hears does not count while its own connection is broken.
    if (!this.#following.isWell) this.#contact.heard();
    if (this.#contact.shouldLead(!canStore || this.#following.hasWrongClock)) {
      this.#lead().catch((error) => this.#fail(error));
    }
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
    await this.#following.pause();
    if (this.#reign !== reign) return;
    if (!await reign.begin()) return;
    told(`node ${name} leads from batch ${database.place.sequence} on`);
    this.#ready.resolve();
  }

  /** Another node leads, or this one cannot: it undoes what the log has not, and follows. */
  #stepDown(error: unknown): void {
    const { told, courier } = this.#parts;
    told(`this node does not lead: ${error instanceof Error ? error.message : error}`);
    const resigns = !(error instanceof Deposed) && this.#reign?.hasOthers;
    this.#endReign();
    if (resigns) {
      this.#contact.rest();
      courier.beat("");
    }
    this.#follow();
  }

  #endReign(): void {
    this.#reign?.close();
    this.#reign = undefined;
  }
}
