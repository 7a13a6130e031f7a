// The output of a turn from when it is gathered until it leaves, and what leaves instead where the turn is refused.
import type { Edge, Output, TurnOutput } from "../../edge/edge.ts";
import type { Instead, Out } from "../presence/outlet.ts";

/** What a turn causes, by the names of the edges. */
export type TurnOutputs = ReadonlyMap<string, TurnOutput>;

/** Told when a turn's output has left; with the error where the turn was refused. */
export type Settled = (refused?: { readonly error: unknown }) => void;

/** What is different where the turn is refused. */
export interface Change {
  /** Its place among the outputs. */
  readonly at: number;
  /** Whether it takes the place of the output there. */
  readonly replaces: boolean;
  readonly instead: Instead;
}

/** The output of one edge, in one turn after the other. */
export class EdgeOutput implements Out {
  readonly #added: () => void;
  readonly #mayBeRefused: boolean;
  #output: Output[] = [];
  #changes: Change[] = [];
  /** Bytes of lines that wait; those for many count once. */
  bytes = 0;

  /**
   * @param added Told of each output.
   * @param mayBeRefused Whether turns may be refused: only then is what leaves instead kept.
   */
  constructor(added: () => void, mayBeRefused: boolean) {
    this.#added = added;
    this.#mayBeRefused = mayBeRefused;
  }

  /** Whether there is anything. */
  get waits(): boolean {
    return this.#output.length + this.#changes.length > 0;
  }

  /** See {@linkcode Out.add}. */
  add(output: Output | undefined, instead?: Instead): void {
    if (instead !== undefined && this.#mayBeRefused) {
      this.#changes.push({ at: this.#output.length, replaces: output !== undefined, instead });
    }
    if (output !== undefined) this.#output.push(output);
    if (output !== undefined && "bytes" in output) this.bytes += output.bytes.length;
    if (this.waits) this.#added();
  }

  /** Takes what there is: the next turn begins. */
  take(): { output: Output[]; changes: Change[] } {
    const taken = { output: this.#output, changes: this.#changes };
    this.#output = [];
    this.#changes = [];
    this.bytes = 0;
    return taken;
  }
}

/** What a turn caused at one edge. */
export interface EdgeTurn {
  readonly edge: Edge;
  readonly output: Output[];
  readonly changes: readonly Change[];
}

/** A turn that waits for its commit. */
export class EndedTurn {
  readonly #edges: readonly EdgeTurn[];
  readonly #settled: readonly Settled[];

  constructor(edges: readonly EdgeTurn[], settled: readonly Settled[]) {
    this.#edges = edges;
    this.#settled = settled;
  }

  /** What leaves if the turn is committed. */
  get outputs(): TurnOutputs {
    return new Map(this.#edges.map(({ edge, output }) => [edge.name, output]));
  }

  /** The turn is committed: hands each edge its output. */
  letOut(): void {
    for (const { edge, output } of this.#edges) edge.deliver(output);
    for (const run of this.#settled) run();
  }

  /** The turn is refused: hands each edge what leaves instead. */
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
