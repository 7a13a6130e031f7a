// A node of a cluster: follows the log with its copy of the database, and leads when no other node does.
import { type Batch, Deposed, type Follower } from "./batch.ts";
import { runOf, sequenceOf } from "./edges/link_session.ts";
import { Leader } from "./leader.ts";
import type { NodeParts, OpenChat } from "./node_parts.ts";
import { nodeOfRun } from "./run_name.ts";
import { SessionTable } from "./session_table.ts";

/** A node leads after this time without a batch or a beat of a leader, in milliseconds. */
export const SILENCE_MS = 3_000;
const BEAT_MS = 1_000;
// Not all nodes try at the same moment.
const SPREAD_MS = 500;
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
  #follower: (Follower & Reading) | undefined;
  #leading:
    | { readonly leader: Leader; chat: OpenChat | undefined; unserve: () => void }
    | undefined;
  /** The sequence of the last batch that the edge has. */
  #taken = 0;
  #heardAt: number;
  #beatAt = -Infinity;
  #isStopped = false;
  #cancelTick = () => {};

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.#heardAt = parts.clock.now();
    this.#unlisten = parts.courier.listen(parts.edge.name, {
      answered: (answer) => parts.core.receive(answer),
      beat: (run) => this.#heard(run),
    });
  }

  /** Resolves when a leader is known that is alive, whose requests this node can pass on. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether this node leads. */
  get leads(): boolean {
    return this.#leading?.chat !== undefined;
  }

  /** The name of the node that leads; `undefined` while none is heard. */
  get leader(): string | undefined {
    const { clock, core, name } = this.#parts;
    if (this.leads) return name;
    if (core.leader === undefined || clock.now() - this.#heardAt > SILENCE_MS) return undefined;
    return nodeOfRun(runOf(core.leader));
  }

  /** The last batch of the log that the database has. */
  get batch(): number {
    return this.#parts.database.place.sequence;
  }

  /** How many messages the log has after that, as far as is known. A leader has all of them. */
  get behind(): number {
    return this.#leading === undefined ? this.#follower?.behind ?? 0 : 0;
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
    queueMicrotask(() => this.#leading?.leader.edges?.receive(frame));
  }

  /** Stops. If the node leads, another one takes over at once. */
  async stop(): Promise<void> {
    const { courier, core, run } = this.#parts;
    this.#isStopped = true;
    this.#cancelTick();
    const led = this.leads;
    this.#closeChat();
    if (led) courier.beat("");
    this.#unlisten();
    core.stop();
    await this.#follower?.stop();
    if (led) this.#parts.told(`node ${run} leads no more`);
  }

  #follow(): void {
    const { log, database, failed } = this.#parts;
    if (this.#isStopped) return;
    this.#heardAt = this.#parts.clock.now();
    const follower = log.follow(database.place, (batch, sequence) => this.#apply(batch, sequence));
    this.#follower = follower;
    follower.ended.catch((error) => this.#isStopped ? undefined : failed(error));
  }

  #apply(batch: Batch, sequence: number): void {
    const { database, changed } = this.#parts;
    database.apply(batch.changeset, sequence);
    if (this.#follower?.hasNext !== true) database.commit();
    this.#heardAt = this.#parts.clock.now();
    this.#take(batch, sequence);
    if (batch.changeset.length > 0) changed();
  }

  #take(batch: Batch, sequence: number): void {
    const { core, edge } = this.#parts;
    // If the disk was full, the database is behind what the edge has from the log.
    if (sequence <= this.#taken) return;
    this.#taken = sequence;
    core.apply(batch, { sequence, edge });
    this.#table.apply(batch.states);
  }

  #heard(leader: string): void {
    const { clock, core, database } = this.#parts;
    if (this.#leading !== undefined) return;
    if (leader === "") {
      this.#heardAt = Math.min(this.#heardAt, clock.now() - SILENCE_MS);
      return;
    }
    this.#heardAt = clock.now();
    // Otherwise, this node will read the batch with which that leader began.
    if (sequenceOf(leader) > database.place.sequence) return;
    core.follow(leader);
    this.#ready.resolve();
  }

  readonly #tick = (): void => {
    const { clock, courier, database } = this.#parts;
    this.#cancelTick = clock.after(TICK_MS, this.#tick);
    const now = clock.now();
    if (this.#leading !== undefined) {
      const { leader, chat } = this.#leading;
      if (chat === undefined) return;
      if (database.wrote) leader.commitSoon();
      if (now - this.#beatAt < BEAT_MS) return;
      this.#beatAt = now;
      leader.edges?.check();
      courier.beat(leader.name);
      return;
    }
    // What a node hears does not count while its own connection is broken.
    if (this.#follower?.isWell === false) this.#heardAt = now;
    const patience = SILENCE_MS + Math.random() * SPREAD_MS;
    if (now - this.#heardAt >= patience) this.#lead().catch(this.#parts.failed);
  };

  async #lead(): Promise<void> {
    const { log, database, name, run, clock, time, courier, told } = this.#parts;
    this.#heardAt = clock.now();
    const { last } = await log.range().catch(() => ({ last: Infinity }));
    if (database.place.sequence < last || this.#leading !== undefined || this.#isStopped) return;
    const leader = new Leader({
      log,
      lead: { node: name, run },
      now: clock.now,
      time,
      takeChanges: () => database.take(),
      appended: (batch, sequence) => {
        database.acknowledged(sequence);
        this.#take(batch, sequence);
      },
      send: (edge, answer) => this.#answer(edge, answer),
      malformed: (error) => told(`a frame was ignored: ${error}`),
    });
    const leading = { leader, chat: undefined as OpenChat | undefined, unserve: () => {} };
    this.#leading = leading;
    await this.#follower?.stop();
    try {
      database.lead();
      leading.unserve = courier.serve(run, (frame) => leader.edges?.receive(frame));
      await leader.begin(() => {
        leading.chat = this.#openChat(leader);
        return { ...leading.chat, table: this.#table };
      });
      told(`node ${name} leads from batch ${database.place.sequence} on`);
      this.#ready.resolve();
    } catch (error) {
      this.#stepDown(leader, error);
    }
  }

  #openChat(leader: Leader): OpenChat {
    const { database, openChat } = this.#parts;
    return openChat({
      commit: async (outputs) => {
        if (this.#leading?.leader !== leader) throw new Deposed("this node does not lead any more");
        try {
          await leader.commit(outputs);
        } catch (error) {
          this.#stepDown(leader, error);
          throw error;
        }
      },
      isHeldUp: () => database.commitIsDue,
    });
  }

  #answer(edge: string, answer: Uint8Array): void {
    const { edge: own, core, courier } = this.#parts;
    if (edge === own.name) core.receive(answer);
    else courier.sendAnswer(edge, answer);
  }

  /** Another node leads, or this one cannot: it undoes what the log has not, and follows. */
  #stepDown(leader: Leader, error: unknown): void {
    if (this.#leading?.leader !== leader) return;
    this.#parts.told(`this node does not lead: ${error instanceof Error ? error.message : error}`);
    this.#closeChat();
    this.#follow();
  }

  #closeChat(): void {
    const { database } = this.#parts;
    this.#leading?.unserve();
    this.#leading?.leader.edges?.abandon();
    this.#leading?.chat?.close();
    if (this.#leading !== undefined) database.follow();
    this.#leading = undefined;
  }
}
