// The edges in other processes that a leader serves: takes their frames, answers them, and gives up those that are
// silent for too long.
import { setImmediate } from "node:timers";
import type { MalformedBytes } from "../bytes.ts";
import type { DescribedState } from "./described_state.ts";
import { decodeEvent, type Described, type EdgeEvent } from "./events.ts";
import { decodeFrame, encodeAcknowledgement, type Frame } from "./frames.ts";
import { Incoming } from "./incoming.ts";
import { RemoteEdge } from "./remote_edge.ts";
import type { RemoteEdgeParts } from "./remote_edge_parts.ts";

/** An edge that has sent nothing for this time is lost if its process has gone, in milliseconds. */
export const LOST_MS = 10_000;
/** The edges of all nodes have begun to talk to a leader after this time, in milliseconds. */
const ATTACHED_MS = 3_000;
/** The longest time between two checks that counts. A leader that was stopped could hear nobody. */
const CHECK_MAX_MS = 2_000;
/** How many lost edges are remembered, so that a late frame does not bring one back. */
const LOST_MAX = 1_000;

/** Connections of a lost edge that end before the event loop does something else. */
const ENDED_AT_ONCE = 50;

/** What the remote edges work with. */
export interface RemoteEdgesParts extends Omit<RemoteEdgeParts, "done"> {
  /** The run of the leader. */
  readonly leader: string;
  /** Makes sure that this turn is committed, even if it has no output. */
  readonly commitSoon: () => void;
  /** Sends an answer to an edge. It may be lost. */
  readonly send: (edge: string, answer: Uint8Array) => void;
  /** Called when an edge has begun to talk to this leader. @param isNew Whether it has talked to no leader before. */
  readonly attached: (edge: RemoteEdge, isNew: boolean) => void;
  /** Called when an edge was lost, or has gone. */
  readonly lost: (edge: RemoteEdge) => void;
  /** Whether the process of an edge has gone, as far as is known. */
  readonly isGone: (edge: string) => Promise<boolean>;
  /**
   * Any edge that has sent nothing for this time is lost, in milliseconds. If it is back earlier, it reads in the log what its
   * connections have missed.
   */
  readonly silentMs: number;
  /** Called for a frame that cannot be read. */
  readonly malformed: (error: unknown) => void;
}

interface Attached {
  readonly edge: RemoteEdge;
  /** The present session; 0 if the edge had a session with an earlier leader and has not begun one with this. */
  session: number;
  readonly incoming: Incoming;
  /** See `Frame.stored`. */
  stored: number;
  /** For how long nothing was heard of it, in milliseconds. */
  silent: number;
}

/** The remote edges of a leader. */
export class RemoteEdges {
  readonly #parts: RemoteEdgesParts;
  readonly #edges = new Map<string, Attached>();
  /** Lost edges with connections that have not ended. */
  readonly #ending = new Map<string, RemoteEdge>();
  /** The last session of each edge that was lost. */
  readonly #lost = new Map<string, number>();
  readonly #edgeParts: RemoteEdgeParts;
  readonly #since: number;
  #done = new Map<number, number>();
  /** The edges that were lost since {@linkcode takeLost}. */
  #newlyLost: [edge: string, session: number][] = [];
  #checkedAt: number;
  #isAbandoned = false;

  constructor(parts: RemoteEdgesParts) {
    this.#parts = parts;
    this.#since = parts.now();
    this.#checkedAt = parts.now();
    this.#edgeParts = {
      ...parts,
      done: (connection, upTo) => {
        this.#done.set(connection, upTo);
        parts.commitSoon();
      },
    };
  }

  /** The edges that are attached, by name. */
  get names(): readonly string[] {
    return [...this.#edges.keys()];
  }

  /** None of the nodes that are heard needs a batch up to this sequence any more; 0 as long as this is not known. */
  get stored(): number {
    if (this.#edges.size === 0 || this.#parts.now() - this.#since < ATTACHED_MS) return 0;
    return Math.min(...this.#edges.values().map(({ stored }) => stored));
  }

  /** Returns the edge of a connection and how it described it. */
  describe(connection: number): { edge: string; view: Described } | undefined {
    const edge = this.edgeOf(connection);
    const view = edge?.describe(connection);
    return view && { edge: edge!.name, view };
  }

  /** Returns the edge of a connection, unless it is lost. */
  edgeOf(connection: number): RemoteEdge | undefined {
    return this.#edges.values().find(({ edge }) => edge.describe(connection) !== undefined)?.edge;
  }

  /** Restores a connection that the log says is open. Its edge has to confirm it in time. */
  expect(connection: number, { edge, view, state }: DescribedState): void {
    const attached = this.#edges.get(edge) ?? this.#attach(edge, 0);
    attached.edge.expect(connection, view, state);
  }

  /** Takes a frame of an edge. */
  receive(bytes: Uint8Array): void {
    let frame: Frame;
    let events: EdgeEvent[];
    try {
      frame = decodeFrame(bytes);
      if (frame.leader !== this.#parts.leader) return;
      events = frame.events.map(decodeEvent);
    } catch (error) {
      return this.#parts.malformed(error as MalformedBytes);
    }
    const attached = this.#find(frame);
    if (attached === undefined) return;
    attached.stored = Math.max(attached.stored, frame.stored);
    attached.silent = 0;
    attached.edge.arrived(frame.sentAt);
    for (const event of attached.incoming.take(frame.first, events)) attached.edge.receive(event);
    const { edge, leader, session } = frame;
    const answer = { edge, leader, session, upTo: attached.incoming.last };
    this.#parts.send(edge, encodeAcknowledgement(answer));
  }

  /** Takes the numbers of the last events that are done, by connection, since the last call. */
  takeDone(): [connection: number, upTo: number][] {
    const done = [...this.#done];
    this.#done = new Map();
    return done;
  }

  /** Takes the edges that were lost since the last call, each with its session. */
  takeLost(): [edge: string, session: number][] {
    return this.#newlyLost.splice(0);
  }

  /** Gives up edges that are silent for too long. Called in regular intervals. */
  check(): void {
    const now = this.#parts.now();
    const passed = Math.min(now - this.#checkedAt, CHECK_MAX_MS);
    this.#checkedAt = now;
    for (const [name, attached] of this.#edges) {
      attached.silent += passed;
      if (attached.silent > this.#parts.silentMs) this.lose(name);
      else if (attached.silent > LOST_MS) this.#loseIfGone(name, attached);
    }
  }

  async #loseIfGone(name: string, attached: Attached): Promise<void> {
    const isGone = await this.#parts.isGone(name);
    if (!isGone || this.#isAbandoned || attached.silent === 0) return;
    if (this.#edges.get(name) === attached) this.lose(name);
  }

  /** Another node leads: see {@linkcode RemoteEdge.abandon}. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const { edge } of this.#edges.values()) edge.abandon();
    this.#ending.clear();
  }

  /** Gives up an edge: its connections have ended. */
  lose(name: string): void {
    const attached = this.#edges.get(name);
    if (attached === undefined) return;
    const { edge, session } = attached;
    this.#edges.delete(name);
    this.#lost.set(name, session);
    if (this.#lost.size > LOST_MAX) this.#lost.delete(this.#lost.keys().next().value!);
    this.#newlyLost.push([name, session]);
    this.#parts.lost(edge);
    this.#ending.set(name, edge);
    this.#endSome(name, edge);
  }

  #endSome(name: string, edge: RemoteEdge): void {
    if (this.#ending.get(name) !== edge) return;
    if (edge.lost(ENDED_AT_ONCE)) this.#ending.delete(name);
    else setImmediate(() => this.#endSome(name, edge));
    this.#parts.commitSoon();
  }

  #find({ edge: name, session, first }: Frame): Attached | undefined {
    const known = this.#edges.get(name);
    if (known?.session === session) return known;
    // An edge begins a session with its first event, and another one only once it knows that it was lost. All other
    // frames are late.
    const isLate = (known?.session ?? 0) > 0 || session <= (this.#lost.get(name) ?? 0);
    // An edge that comes back too soon sends its frames again.
    if (first !== 1 || isLate || this.#ending.has(name)) return undefined;
    const attached = known ?? this.#attach(name, session);
    attached.session = session;
    this.#parts.attached(attached.edge, session === 1);
    return attached;
  }

  #attach(name: string, session: number): Attached {
    const attached: Attached = {
      edge: new RemoteEdge(name, this.#edgeParts),
      session,
      incoming: new Incoming(),
      stored: 0,
      silent: 0,
    };
    this.#edges.set(name, attached);
    return attached;
  }
}
