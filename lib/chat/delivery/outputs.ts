// Collects what the core causes at the edges. The output of a turn is held until the turn is committed, so that a
// client never sees what may be lost afterwards.
import { setImmediate } from "node:timers";
import type { Edge, Lines } from "../../edge/edge.ts";
import type { Instead, Out } from "../presence/outlet.ts";
import type { Session } from "../presence/session.ts";
import { EdgeOutput, EndedTurn, type Settled, type TurnOutputs } from "./ended_turn.ts";

/**
 * Commits a turn. The database has the changes of the turn already. A log that several nodes share receives them
 * here, together with the output. If such a log refuses a turn, it must also undo the changes in the database.
 *
 * @returns Nothing if the turn is committed already; a promise if the commit takes time. It may resolve to the milliseconds
 * that the next turn rests, if this one had many messages.
 * @throws If the turn is refused (or the promise rejects). Its senders get an error for each message.
 */
export type Commit = (outputs: TurnOutputs) => void | Promise<void | number>;

/**
 * The commit of a single node. The database has committed each step of the turn already, so nothing is refused.
 */
export function localCommit(): void {}

/** Lets a turn with several messages wait while more arrive, so that each recipient gets all of them in one write. */
export interface Gathering {
  /** Returns the number of messages and other events that wait for more. A single one does not wait. */
  readonly count: () => number;
  /** Runs a function after the event loop has handled timers, accepts and reads. */
  readonly later: (run: () => void) => void;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Runs a function after some milliseconds. */
  readonly after: (milliseconds: number, run: () => void) => unknown;
}

/** A turn waits at most this many milliseconds for more messages. */
const GATHER_MS = 1;

/** After a slow commit of at least this many messages, the next turn rests. */
const MANY = 8;

/** Maximum of bytes that wait for a slow commit. Above it, no more requests are served. */
const WAITING_BYTES = 16 * 2 ** 20;

/** The outputs of all edges. It owns everything that has not left yet. */
export class Outputs {
  readonly #commit: Commit;
  readonly #gathering: Gathering | undefined;
  readonly #edges = new Map<Edge, EdgeOutput>();
  #before: (() => void)[] = [];
  #settled: Settled[] = [];
  #endsSoon = false;
  /** The number of messages and other events of the turn that ends. */
  #gathered = 0;
  #committing: Promise<void> | undefined;
  #endRest = () => {};

  /** @param gathering By default, a turn ends when everything that could be read has been read. */
  constructor(commit: Commit = localCommit, gathering?: Gathering) {
    this.#commit = commit;
    this.#gathering = gathering;
  }

  /** Returns the object that collects the output for an edge. */
  of(edge: Edge): Out {
    let output = this.#edges.get(edge);
    if (output === undefined) {
      output = new EdgeOutput(() => this.#endSoon(), this.#commit !== localCommit);
      this.#edges.set(edge, output);
    }
    return output;
  }

  /** Forgets an edge that is lost. Output for it that waits is dropped. */
  forget(edge: Edge): void {
    this.#edges.delete(edge);
  }

  /** Adds lines for everyone who has joined. @param instead What they receive if the turn is refused. */
  toEveryone(lines: Omit<Lines, "kind" | "audience">, instead?: Instead): void {
    const output: Lines = { kind: "lines", audience: "everyone", ...lines };
    for (const edge of this.#edges.values()) edge.add(output, instead);
  }

  /** Runs a function before the next turn ends; see {@linkcode end}. */
  beforeEnd(run: () => void): void {
    this.#before.push(run);
    this.#endSoon();
  }

  /** Runs a function when this turn's output has left, or with the error when the turn was refused. */
  whenSettled(run: Settled): void {
    this.#settled.push(run);
    this.#endSoon();
  }

  /** Whether so much waits for a commit that no more requests should be served. */
  get full(): boolean {
    if (this.#committing === undefined) return false;
    let bytes = 0;
    for (const edge of this.#edges.values()) bytes += edge.bytes;
    return bytes >= WAITING_BYTES;
  }

  /** Whether a turn has output that waits. */
  get waits(): boolean {
    if (this.#settled.length > 0) return true;
    for (const edge of this.#edges.values()) if (edge.waits) return true;
    return false;
  }

  /**
   * Ends the turn: runs the functions of {@linkcode beforeEnd}, then commits. Only one turn is committed at a
   * time.
   */
  end(): void {
    if (this.#committing !== undefined) return;
    // Output that these functions add leaves with this turn. Scheduling another immediate for it would keep the
    // event loop from reading the sockets: see `Poll`.
    this.#endsSoon = true;
    this.#gathered = this.#gathering?.count() ?? 0;
    for (const run of this.#before.splice(0)) run();
    this.#endsSoon = false;
    this.commit();
  }

  /** Commits the collected output and delivers it after the commit. */
  commit(): void {
    if (this.#committing !== undefined || !this.waits) return;
    const turn = this.#take();
    const resting = this.#gathered >= MANY ? this.#gathering : undefined;
    this.#gathered = 0;
    let pending: ReturnType<Commit>;
    try {
      pending = this.#commit(turn.outputs);
    } catch (error) {
      return turn.refuse(error);
    }
    if (pending === undefined) return turn.letOut();
    this.#committing = pending.then((rest) => {
      turn.letOut();
      if (resting === undefined || !rest) return;
      return new Promise<void>((resolve) => {
        this.#endRest = resolve;
        resting.after(rest, resolve);
      });
    }, (error) => turn.refuse(error)).then(() => this.#committed());
  }

  /** Ends the turn. Resolves when nothing waits any more. */
  async finish(): Promise<void> {
    do {
      this.end();
      await this.#committing;
    } while (this.#committing !== undefined || this.#hasMore);
  }

  /** Ends a rest early, because the chat is taken down and its timers will not run. */
  endRest(): void {
    this.#endRest();
  }

  #committed(): void {
    this.#committing = undefined;
    // Output that was added meanwhile belongs to the next turn.
    if (!this.#hasMore) return;
    this.#endsSoon = true;
    this.#end();
  }

  get #hasMore(): boolean {
    return this.waits || this.#before.length > 0;
  }

  #endSoon(): void {
    // If a turn is being committed, the next one ends after the commit.
    if (this.#endsSoon || this.#committing !== undefined) return;
    this.#endsSoon = true;
    // Immediates run after everything that could be read in this turn has been read.
    setImmediate(this.#end);
  }

  readonly #end = (): void => {
    const gathering = this.#gathering;
    if (gathering === undefined) this.end();
    else this.#gather(gathering, { since: gathering.now(), before: 1 });
  };

  // The turn waits as a whole: a request is done, and its replies leave, together with the messages that it has caused.
  #gather(gathering: Gathering, { since, before }: { since: number; before: number }): void {
    // It may have ended meanwhile.
    if (!this.#endsSoon) return;
    const { count, later, now } = gathering;
    const events = count();
    if (events <= before || now() - since >= GATHER_MS) return this.end();
    later(() => setImmediate(() => this.#gather(gathering, { since, before: events })));
  }

  #take(): EndedTurn {
    const edges = [...this.#edges].map(([edge, output]) => ({ edge, ...output.take() }));
    return new EndedTurn(edges, this.#settled.splice(0));
  }
}

/** Connections that receive the same lines. */
export class Listeners {
  readonly #audiences = new Map<Out, number[]>();
  // Usually all connections belong to one edge.
  #out: Out | undefined;
  #audience: number[] = [];

  /** Whether it has no connections. */
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

  /** Adds lines for all of them to the turn's output. @param instead What they receive if the turn is refused. */
  send(lines: Omit<Lines, "kind" | "audience">, instead?: Instead): void {
    for (const [out, audience] of this.#audiences) {
      out.add({ kind: "lines", audience, ...lines }, instead);
    }
  }
}
