// The core, as an edge sees it when the core is in another process. Each event goes to the leader and is kept until
// the log says that it is done, so that it takes effect once, whatever happens to the link or to the leader.
import type { ConnectionView, Core, Edge, EdgeAct, OpenOptions } from "../../edge/edge.ts";
import type { Batch } from "../batch.ts";
import type { CloseReason } from "../../net/peer.ts";
import type { ProtocolError } from "../../protocol/errors.ts";
import { encodeEvent, type LastingEvent, type PassingEvent } from "./events.ts";
import { FarConnection } from "./far_connection.ts";
import { BEAT_MS, type FarCoreParts } from "./far_core_parts.ts";
import { LineIntake, type ServeLine } from "./line_intake.ts";
import { leaderName, LinkSession } from "./link_session.ts";
import { Telling } from "./telling.ts";

/** The core in another process. */
export class FarCore implements Core {
  readonly #parts: FarCoreParts;
  readonly #lines: LineIntake;
  readonly #connections = new Map<number, FarConnection>();
  #session = 0;
  #link: LinkSession | undefined;
  #telling: Telling | undefined;
  #flushesSoon = false;
  #cancelBeat: () => void;

  constructor(parts: FarCoreParts) {
    this.#parts = parts;
    this.#lines = new LineIntake(parts.inflowBytes, (...line) => this.#add(...line));
    this.#cancelBeat = parts.clock.after(BEAT_MS, this.#beat);
  }

  /** The leader that it talks to, or would like to. See {@linkcode leaderName}. */
  get leader(): string | undefined {
    return this.#link?.link.leader;
  }

  /** Bytes of lines that are on their way. */
  get inflowBytes(): number {
    return this.#lines.bytes;
  }

  /** Whether the leader has all events, and the log says that they are done. */
  get isIdle(): boolean {
    if (this.#telling?.isOver !== true || this.#link!.outgoing.bytes > 0) return false;
    return this.#connections.values().every(({ undone }) => undone.length === 0);
  }

  /** The number of connections, with closed ones that have events to be done. */
  get size(): number {
    return this.#connections.size;
  }

  /** The connections that are open. */
  get open(): readonly FarConnection[] {
    return [...this.#connections.values().filter(({ isClosed }) => !isClosed)];
  }

  /** No further leader is told of connections of users, which are being closed: it ends their sessions. */
  forsake(isDue: (known: FarConnection) => boolean = () => true): void {
    for (const known of this.#connections.values()) {
      if (known.options.operator === undefined && isDue(known)) known.isForsaken = true;
    }
  }

  /** Takes back the lines of connections that no leader can have. @param serve Serves them instead. */
  takeBack(connections: Iterable<FarConnection>, serve: ServeLine): void {
    const present = { session: this.#session, outgoing: this.#link?.outgoing };
    this.#lines.takeBack(connections, present, serve);
  }

  /** Stops the signs of life. */
  stop(): void {
    this.#cancelBeat();
    this.#link = undefined;
    this.#telling?.stop();
    this.#telling = undefined;
    for (const known of this.#connections.values()) known.resume();
  }

  /** Takes an answer of the leader. @throws {MalformedBytes} */
  receive(answer: Uint8Array): void {
    this.#link?.receive(answer);
  }

  /**
   * Takes the next batch of the log.
   *
   * @param place.sequence The sequence of the batch. It tells the times apart at which a node begins to lead.
   * @param place.edge The edge that carries out the output.
   */
  apply(batch: Batch, { sequence, edge }: { sequence: number; edge: Edge }): void {
    const { name } = this.#parts;
    for (const [to, output] of batch.outputs) if (to === name) edge.deliver(output);
    this.#note(batch);
    if (batch.lead !== undefined) this.follow(leaderName(batch.lead, sequence));
    for (const [lost, session] of batch.lost ?? []) if (lost === name) this.#lost(session);
  }

  /** The leader has given this edge up. @param session The session that has ended; 0 if none had reached the leader. */
  #lost(session: number): void {
    if (this.#link === undefined || session !== 0 && session !== this.#session) return;
    const { lost } = this.#parts;
    // The others have seen nothing yet.
    if (lost !== undefined) this.forsake(({ done }) => done > 0);
    // A session that has not reached the leader goes on.
    if (session !== 0) this.#begin(this.#link.link.leader);
    lost?.();
  }

  /** Talks to a leader from now on. The caller has applied the batch with which the leader began. */
  follow(leader: string): void {
    if (this.#link?.link.leader !== leader) this.#begin(leader);
  }

  #note({ done, states }: Batch): void {
    for (const [connection, state] of states) {
      const known = this.#connections.get(connection);
      // The array is a view of the whole batch.
      if (known !== undefined && state.length > 0) known.state = state.slice();
    }
    for (const [connection, upTo] of done) {
      const known = this.#connections.get(connection);
      if (known !== undefined) this.#finish(known, upTo);
    }
  }

  /** See {@linkcode Core.opened}. */
  opened(_edge: Edge, connection: ConnectionView, options: OpenOptions): void {
    const known = new FarConnection(connection, options);
    this.#connections.set(connection.id, known);
    this.#add(known, { kind: "opened", view: known.describe() });
  }

  /** See {@linkcode Core.line}. */
  line(connection: number, text: string, readAt: number): void | Promise<void> {
    const known = this.#connections.get(connection);
    if (known === undefined || known.isClosed) return;
    return this.#lines.take(known, { connection, text, readAt });
  }

  /** See {@linkcode Core.overlong}. */
  overlong(connection: number, error: ProtocolError): void {
    this.#report(connection, { kind: "overlong", error });
  }

  /** See {@linkcode Core.metrics}. */
  metrics(connection: number): void | Promise<void> {
    if (this.#parts.metrics !== undefined) return this.#parts.metrics(connection);
    this.#report(connection, { kind: "metrics" });
  }

  /** See {@linkcode Core.acted}. */
  acted(connection: number, act: EdgeAct): void {
    this.#report(connection, { kind: "acted", act });
  }

  /** See {@linkcode Core.taken}. */
  taken(connection: number, receipt: number): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    this.#pass(known, { kind: "taken", receipt, reading: known.read() });
  }

  /** See {@linkcode Core.forgotten}. */
  forgotten(connection: number, receipts: readonly number[]): void {
    const known = this.#connections.get(connection);
    if (known !== undefined) this.#pass(known, { kind: "forgotten", receipts });
  }

  /** See {@linkcode Core.ended}. */
  ended(connection: number, reason: CloseReason): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    this.#pass(known, { kind: "reading", reading: known.read() });
    this.#report(connection, { kind: "ended", reason });
  }

  /** See {@linkcode Core.closed}. */
  closed(connection: number): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    known.isClosed = true;
    this.#report(connection, { kind: "closed" });
    // Clients that come and go while there is no leader leave nothing behind.
    if (known.toldIn === 0 || known.isUntold(this.#session)) this.#finish(known, Infinity);
  }

  // All that the log had before the leader began, or gave this edge up, was applied. So the events that are not done
  // are exactly those that must be sent again.
  #begin(leader: string): void {
    const { name: edge, send, soon, clock: { now }, stored = () => 0 } = this.#parts;
    for (const known of this.#connections.values()) {
      if (known.isForsaken && known.isClosed) this.#finish(known, Infinity);
    }
    const session = ++this.#session;
    this.#telling?.stop();
    this.#link = new LinkSession({ edge, leader, session }, { send, now, stored });
    const { outgoing } = this.#link;
    const connections = this.#connections.values();
    this.#telling = new Telling({ connections, session, outgoing, soon });
    outgoing.tick();
  }

  #report(connection: number, event: LastingEvent): void {
    const known = this.#connections.get(connection);
    if (known !== undefined) this.#add(known, event);
  }

  #add(known: FarConnection, event: LastingEvent, room?: number): void {
    const bytes = known.add(event, room);
    if (!this.#isTold(known)) return;
    this.#link?.outgoing.add(bytes);
    this.#flushSoon();
  }

  #pass(known: FarConnection, event: PassingEvent): void {
    if (!this.#isTold(known)) return;
    this.#link?.outgoing.add(encodeEvent({ connection: known.view.id, ...event }));
    this.#flushSoon();
  }

  /** Whether the leader knows a connection, or learns of it now. The others are told in their turn. */
  #isTold(known: FarConnection): boolean {
    if (this.#telling?.isOver && !known.isUntold(this.#session)) known.toldIn = this.#session;
    return this.#link !== undefined && known.toldIn === this.#session;
  }

  #finish(known: FarConnection, upTo: number): void {
    this.#lines.give(known, known.finish(upTo));
    if (known.isClosed && known.undone.length === 0) this.#connections.delete(known.view.id);
  }

  #flushSoon(): void {
    if (this.#flushesSoon) return;
    this.#flushesSoon = true;
    this.#parts.soon(() => {
      this.#flushesSoon = false;
      this.#link?.outgoing.flushWhenAnswered();
    });
  }

  readonly #beat = (): void => {
    this.#cancelBeat = this.#parts.clock.after(BEAT_MS, this.#beat);
    if (this.#link === undefined) return;
    for (const known of this.#connections.values()) {
      const reading = known.isClosed ? undefined : known.readChanges();
      if (reading !== undefined) this.#pass(known, { kind: "reading", reading });
    }
    this.#link.outgoing.tick();
  };
}
