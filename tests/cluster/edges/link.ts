// The link between an edge and its leaders as a test plays it: the test decides which message arrives when, how often,
// and in which order, when requests are done, when turns are committed, and which leader takes over.
import type { Batch } from "../../../lib/cluster/batch.ts";
import { FarCore } from "../../../lib/cluster/edges/far_core.ts";
import { decodeState, encodeState } from "../../../lib/cluster/edges/described_state.ts";
import { leaderName } from "../../../lib/cluster/edges/link_session.ts";
import { RemoteEdges } from "../../../lib/cluster/edges/remote_edges.ts";
import { SessionTable } from "../../../lib/cluster/session_table.ts";
import type { ConnectionView, Core, Edge } from "../../../lib/edge/edge.ts";
import type { CloseReason } from "../../../lib/net/peer.ts";
import { FakeClock } from "../../support/clock.ts";

/** A change that a leader makes when it serves an event: it counts once it is committed. */
export type Effect = readonly [connection: number, what: string];

const NAME = "node.1";

/** An edge that is silent for this time is lost, in milliseconds. */
export const SILENT_MS = 75_000;

/** An edge, its present leader, and everything that is on its way. */
export class PlayedLink {
  readonly clock = new FakeClock(1_000);
  readonly far: FarCore;
  /** Frames and answers on their way. */
  readonly up: Uint8Array[] = [];
  readonly down: Uint8Array[] = [];
  /** Requests of the leader that take time. */
  readonly pending: (() => void)[] = [];
  /** The effects in the log, in order. */
  readonly committed: Effect[] = [];
  /** The connections that the leader has, each with its session. */
  readonly known = new Map<number, object>();
  /** The connections that a leader could not restore. */
  readonly refused = new Set<number>();
  /** How many leaders there were. */
  leaders = 0;
  #leader!: RemoteEdges;
  readonly #ended = new Set<number>();
  #effects: Effect[] = [];
  readonly #table = new SessionTable();
  #batches: { batch: Batch; sequence: number }[] = [];
  #last = 0;
  #soon: (() => void)[] = [];
  #turn = 0;

  /** @param lost Called when the leader has given the edge up. By default its connections come back. */
  constructor(inflowBytes?: number, lost?: () => void) {
    this.far = new FarCore({
      name: NAME,
      clock: this.clock,
      soon: (run) => this.#soon.push(run),
      send: (_run, frame) => this.up.push(frame.slice()),
      ...inflowBytes !== undefined && { inflowBytes },
      ...lost !== undefined && { lost },
    });
    this.lead();
  }

  /** The leader's remote edges. */
  get leader(): RemoteEdges {
    return this.#leader;
  }

  /** Another node begins to lead. What was not committed never happened. */
  lead(): void {
    this.leaders++;
    this.#effects = [];
    this.pending.length = 0;
    this.known.clear();
    const lead = { node: "n", run: `r${this.leaders}` };
    this.#push({ lead });
    this.#leader = this.#lead(leaderName(lead, this.#last));
    for (const [connection, state] of this.#table.list()) {
      this.#leader.expect(connection, decodeState(state));
    }
  }

  /** Commits the turn of the leader. */
  commit(): void {
    this.committed.push(...this.#effects.splice(0));
    this.#push({
      done: this.#leader.takeDone(),
      lost: this.#leader.takeLost(),
      states: this.#takeStates(),
    });
  }

  /** The edge reads the next batch. */
  read(): void {
    const next = this.#batches.shift();
    if (next === undefined) return;
    const edge: Edge = { name: NAME, deliver() {} };
    this.far.apply(next.batch, { sequence: next.sequence, edge });
  }

  /** The edge's turn of the event loop ends. */
  endTurn(): void {
    for (const run of this.#soon.splice(0)) run();
  }

  /** Whether the process of the edge has ended. */
  isGone = false;

  /** Delivers a frame. */
  takeUp(frame: Uint8Array | undefined): void {
    if (frame !== undefined) this.#leader.receive(frame);
  }

  /** Delivers an answer. */
  takeDown(answer: Uint8Array | undefined): void {
    if (answer !== undefined) this.far.receive(answer);
  }

  /** Lets everything arrive, and everything be done and committed. */
  async drain(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.clock.pass(1_000);
      this.endTurn();
      while (this.up.length > 0) this.takeUp(this.up.shift());
      while (this.down.length > 0) this.takeDown(this.down.shift());
      do {
        for (const finish of this.pending.splice(0)) finish();
        await settled();
      } while (this.pending.length > 0);
      this.commit();
      while (this.#batches.length > 0) this.read();
    }
  }

  /** Opens a connection. */
  open(id: number, address = "10.0.0.1"): ConnectionView {
    const view = { id, address, port: 1, queuedBytes: 0, takenBytes: 0, closed: false, heardAt: 0 };
    this.far.opened({ name: NAME, deliver() {} }, view, {});
    return view;
  }

  // It was opened, served and given up in one turn, so the log has no state of it.
  #close(connection: number): void {
    this.refused.add(connection);
    this.end(connection, "error");
  }

  #takeStates(): [number, Uint8Array][] {
    const states: [number, Uint8Array][] = [];
    for (const [connection] of this.#table.list()) {
      if (!this.known.has(connection)) states.push([connection, new Uint8Array(0)]);
    }
    for (const connection of this.known.keys()) {
      const described = this.#leader.describe(connection);
      if (described !== undefined) {
        states.push([connection, encodeState({ ...described, state: "{}" })]);
      }
    }
    this.#table.apply({ states });
    return states;
  }

  /** A connection ends, unless it has. */
  end(connection: number, reason: CloseReason): void {
    if (this.#ended.has(connection)) return;
    this.#ended.add(connection);
    this.far.ended(connection, reason);
    this.far.closed(connection);
  }

  #push(batch: Partial<Batch>): void {
    const whole: Batch = {
      run: "r",
      turn: ++this.#turn,
      at: 0,
      changeset: new Uint8Array(0),
      outputs: [],
      done: [],
      lost: [],
      states: [],
      ...batch,
    };
    this.#batches.push({ batch: whole, sequence: ++this.#last });
  }

  #lead(leader: string): RemoteEdges {
    const isMine = () => this.#leader === edges;
    const edges = new RemoteEdges({
      leader,
      core: this.#core(isMine),
      turns: { free: () => true, run: async (_network, work) => await work() },
      now: this.clock.now,
      add: (_edge, output) => {
        if (output.kind === "close") this.#close(output.to);
      },
      commitSoon() {},
      lost() {},
      silentMs: SILENT_MS,
      restore: (_edge, { id }) => void this.known.set(id, {}),
      attached() {},
      send: (_edge, answer) => this.down.push(answer.slice()),
      isGone: () => Promise.resolve(this.isGone),
      malformed(error) {
        throw error;
      },
    });
    return edges;
  }

  #core(isMine: () => boolean): Core {
    // Like the chat, it does nothing more for a session that has ended meanwhile.
    const effect = (id: number, what: string, session = this.known.get(id)) => {
      if (isMine() && session !== undefined && this.known.get(id) === session) {
        this.#effects.push([id, what]);
      }
    };
    return {
      opened: (_edge, { id }) => {
        this.known.set(id, {});
        effect(id, "opened");
      },
      line: (id, text) => {
        if (!text.startsWith("slow")) return effect(id, text);
        const session = this.known.get(id);
        return new Promise((resolve) => {
          this.pending.push(() => {
            effect(id, text, session);
            resolve();
          });
        });
      },
      ended: (id, reason) => {
        // The leader itself ends the connections of a lost edge.
        if (reason === "client") effect(id, "ended");
      },
      closed: (id) => void this.known.delete(id),
      overlong() {},
      metrics() {},
      acted: (id, { action }) => effect(id, action),
      taken() {},
      forgotten() {},
    };
  }
}

/** Runs all functions that wait for a promise. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
