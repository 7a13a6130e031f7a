// What the core causes at the edges. A turn's output is gathered and held until the turn is committed: nothing that
// a client sees can be lost afterwards.
import { setImmediate } from "node:timers";
import type { Edge, Lines, Output, TurnOutput } from "../../edge/edge.ts";
import type { Instead, Out } from "../presence/outlet.ts";
import type { Session } from "../presence/session.ts";

/** What a turn causes, by the names of the edges. */
export type TurnOutputs = ReadonlyMap<string, TurnOutput>;

/**
 * Makes sure of a turn. What the turn changed in the database is there already; a log that several nodes share gets
 * it here, together with the output. A log that refuses a turn has to see to it that the database forgets it, too.
 *
 * @returns Nothing where that is sure already; a promise where it takes time.
 * @throws Where the turn is refused, or the promise rejects: its messages are refused to their senders.
 */
export type Commit = (outputs: TurnOutputs) => void | Promise<void>;

/** The commit of a single node: each step of the turn has been committed by the database. */
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
      output = new EdgeOutput(() => this.#endSoon());
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
    // What is added before the commit leaves with this turn. An immediate more would keep the event loop from its
    // sockets: see `Poll`.
    this.#endsSoon = this.#committing === undefined;
    if (!this.#endsSoon) return;
    for (const run of this.#before.splice(0)) run();
    this.#endsSoon = false;
    this.commit();
  }

  /** Commits what there is, and lets it out then. */
  commit(): void {
    if (this.#committing !== undefined || !this.waits) return;
    const turn = this.#take();
    try {
      const pending = this.#commit(turn.outputs);
      if (pending === undefined) return turn.letOut();
      this.#committing = pending.then(() => turn.letOut(), (error) => turn.refuse(error))
        .then(() => this.#committed());
    } catch (error) {
      turn.refuse(error);
    }
  }

  /** Ends the turn, and resolves when nothing waits any more. */
  async finish(): Promise<void> {
    do {
      this.end();
      await this.#committing;
    } while (this.waits || this.#before.length > 0);
  }

  #committed(): void {
    this.#committing = undefined;
    // What came meanwhile is the next turn.
    if (this.waits || this.#before.length > 0) this.end();
  }

  #endSoon(): void {
    if (this.#endsSoon) return;
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

type Settled = (refused?: { readonly error: unknown }) => void;

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

/** What is different where the turn is refused. */
interface Change {
  /** Its place among the outputs. */
  readonly at: number;
  /** Whether it takes the place of the output there. */
  readonly replaces: boolean;
  readonly instead: Instead;
}

/** The output of one edge, in one turn after the other. */
class EdgeOutput implements Out {
  readonly #added: () => void;
  #output: Output[] = [];
  #changes: Change[] = [];
  bytes = 0;

  constructor(added: () => void) {
    this.#added = added;
  }

  get waits(): boolean {
    return this.#output.length + this.#changes.length > 0;
  }

  add(output: Output | undefined, instead?: Instead): void {
    if (instead !== undefined) {
      this.#changes.push({ at: this.#output.length, replaces: output !== undefined, instead });
    }
    if (output !== undefined) this.#output.push(output);
    if (output !== undefined && "bytes" in output) this.bytes += output.bytes.length;
    this.#added();
  }

  take(): { output: Output[]; changes: Change[] } {
    const taken = { output: this.#output, changes: this.#changes };
    this.#output = [];
    this.#changes = [];
    this.bytes = 0;
    return taken;
  }
}

interface EdgeTurn {
  readonly edge: Edge;
  readonly output: Output[];
  readonly changes: readonly Change[];
}

/** A turn that waits for its commit. */
class EndedTurn {
  readonly #edges: readonly EdgeTurn[];
  readonly #settled: readonly Settled[];

  constructor(edges: readonly EdgeTurn[], settled: readonly Settled[]) {
    this.#edges = edges;
    this.#settled = settled;
  }

  get outputs(): TurnOutputs {
    return new Map(this.#edges.map(({ edge, output }) => [edge.name, output]));
  }

  letOut(): void {
    for (const { edge, output } of this.#edges) edge.deliver(output);
    for (const run of this.#settled) run();
  }

  refuse(error: unknown): void {
    for (const { edge, output, changes } of this.#edges) {
      edge.deliver(changed(output, changes, error));
    }
    for (const run of this.#settled) run({ error });
  }
}

function changed(output: readonly Output[], changes: readonly Change[], error: unknown): Output[] {
  const result: Output[] = [];
  let next = 0;
  for (const { at, replaces, instead } of changes) {
    result.push(...output.slice(next, at));
    const other = instead(error, replaces ? output[at] : undefined);
    if (other !== undefined) result.push(other);
    next = replaces ? at + 1 : at;
  }
  result.push(...output.slice(next));
  return result;
}
