// What the core causes at the edges. A turn's output is gathered and held until the turn is committed: nothing that
// a client sees can be lost afterwards.
import { setImmediate } from "node:timers";
import type { Edge, Lines } from "../../edge/edge.ts";
import type { Instead, Out } from "../presence/outlet.ts";
import type { Session } from "../presence/session.ts";
import { EdgeOutput, EndedTurn, type Settled, type TurnOutputs } from "./ended_turn.ts";

/**
 * Makes sure of a turn. What the turn changed in the database is there already; a log that several nodes share gets
 * it here, together with the output. A log that refuses a turn has to see to it that the database forgets it, too.
 *
 * @returns Nothing where that is sure already; a promise where it takes time.
 * @throws Where the turn is refused, or the promise rejects: its messages are refused to their senders.
 */
export type Commit = (outputs: TurnOutputs) => void | Promise<void>;

/** The commit of a single node: each step of the turn has been committed by the database. It refuses nothing. */
export function localCommit(): void {}

/** Most bytes that may wait while a commit takes time; more requests are taken in later. */
const WAITING_BYTES = 16 * 2 ** 20;

/** The outputs of all edges. Owns what has not left. */
export class Outputs {
  readonly #commit: Commit;
  readonly #edges = new Map<Edge, EdgeOutput>();
  #before: (() => void)[] = [];
  #settled: Settled[] = [];
  #endsSoon = false;
  #committing: Promise<void> | undefined;

  constructor(commit: Commit = localCommit) {
    this.#commit = commit;
  }

  /** Where what is for the connections of an edge is put. */
  of(edge: Edge): Out {
    let output = this.#edges.get(edge);
    if (output === undefined) {
      output = new EdgeOutput(() => this.#endSoon(), this.#commit !== localCommit);
      this.#edges.set(edge, output);
    }
    return output;
  }

  /** Lines for all who have joined. @param instead What they get where the turn is refused. */
  toEveryone(lines: Omit<Lines, "kind" | "audience">, instead?: Instead): void {
    const output: Lines = { kind: "lines", audience: "everyone", ...lines };
    for (const edge of this.#edges.values()) edge.add(output, instead);
  }

  /** Runs something before the next turn ends; see {@linkcode end}. */
  beforeEnd(run: () => void): void {
    this.#before.push(run);
    this.#endSoon();
  }

  /** Runs something when this turn's output has left, or with the error when the turn was refused. */
  whenSettled(run: Settled): void {
    this.#settled.push(run);
    this.#endSoon();
  }

  /** Whether so much waits for a commit that nothing more should be taken in. */
  get full(): boolean {
    if (this.#committing === undefined) return false;
    let bytes = 0;
    for (const edge of this.#edges.values()) bytes += edge.bytes;
    return bytes >= WAITING_BYTES;
  }

  /** Whether the output of a turn waits. */
  get waits(): boolean {
    if (this.#settled.length > 0) return true;
    for (const edge of this.#edges.values()) if (edge.waits) return true;
    return false;
  }

  /** Ends the turn: what has to be done before is done, and the turn committed. One turn is committed at a time. */
  end(): void {
    if (this.#committing !== undefined) return;
    // What is added now leaves with this turn. One more immediate would keep the event loop from its sockets: see
    // `Poll`.
    this.#endsSoon = true;
    for (const run of this.#before.splice(0)) run();
    this.#endsSoon = false;
    this.commit();
  }

  /** Commits what there is, and lets it out then. */
  commit(): void {
    if (this.#committing !== undefined || !this.waits) return;
    const turn = this.#take();
    let pending: void | Promise<void>;
    try {
      pending = this.#commit(turn.outputs);
    } catch (error) {
      return turn.refuse(error);
    }
    if (pending === undefined) return turn.letOut();
    this.#committing = pending.then(() => turn.letOut(), (error) => turn.refuse(error))
      .then(() => this.#committed());
  }

  /** Ends the turn, and resolves when nothing waits any more. */
  async finish(): Promise<void> {
    do {
      this.end();
      await this.#committing;
    } while (this.#committing !== undefined || this.#hasMore);
  }

  #committed(): void {
    this.#committing = undefined;
    // What came meanwhile is the next turn.
    if (this.#hasMore) this.end();
  }

  get #hasMore(): boolean {
    return this.waits || this.#before.length > 0;
  }

  #endSoon(): void {
    // The next turn ends when the last one is committed.
    if (this.#endsSoon || this.#committing !== undefined) return;
    this.#endsSoon = true;
    // Immediates run when all that could be read in this turn has been read.
    setImmediate(this.#end);
  }

  readonly #end = (): void => this.end();

  #take(): EndedTurn {
    const edges = [...this.#edges].map(([edge, output]) => ({ edge, ...output.take() }));
    return new EndedTurn(edges, this.#settled.splice(0));
  }
}

/** Connections that hear the same. */
export class Listeners {
  readonly #audiences = new Map<Out, number[]>();
  // Nearly always all are of one edge.
  #out: Out | undefined;
  #audience: number[] = [];

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#audiences.size === 0;
  }

  /** Adds a connection. */
  add({ out, id }: Session): void {
    if (out !== this.#out) {
      this.#out = out;
      this.#audience = this.#audiences.get(out) ?? [];
      this.#audiences.set(out, this.#audience);
    }
    this.#audience.push(id);
  }

  /** Puts lines for all of them into the turn's output. @param instead What they get where it is refused. */
  send(lines: Omit<Lines, "kind" | "audience">, instead?: Instead): void {
    for (const [out, audience] of this.#audiences) {
      out.add({ kind: "lines", audience, ...lines }, instead);
    }
  }
}
