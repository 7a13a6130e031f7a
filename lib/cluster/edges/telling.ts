// Tells a leader all connections of an edge at the beginning of a session of the link, in steps.
import { encodeEvent } from "./events.ts";
import type { FarConnection } from "./far_connection.ts";
import type { Outgoing } from "./outgoing.ts";

/** Connections that are told before the event loop does something else. */
const TOLD_AT_ONCE = 100;

/** What telling works with. */
export interface TellingParts {
  /** The connections. Those that are opened meanwhile come as well. */
  readonly connections: Iterator<FarConnection>;
  /** The session of the link. */
  readonly session: number;
  readonly outgoing: Outgoing;
  /** Runs a function once everything that could be read in this turn of the event loop has been read. */
  readonly soon: (run: () => void) => void;
}

/** Tells the connections, each with its events that are not done. */
export class Telling {
  readonly #parts: TellingParts;
  #isOver = false;

  /** Tells the first of them. */
  constructor(parts: TellingParts) {
    this.#parts = parts;
    this.#step();
  }

  /** Whether all were told, or telling was stopped. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells no more: another session begins. */
  stop(): void {
    this.#isOver = true;
  }

  readonly #step = (): void => {
    if (this.#isOver) return;
    const { connections, outgoing, soon } = this.#parts;
    for (let told = 0; told < TOLD_AT_ONCE && !this.#isOver; told++) {
      const { value: known, done } = connections.next();
      if (done) {
        this.#isOver = true;
        outgoing.add(encodeEvent({ kind: "complete", connection: 0 }));
      } else this.#tell(known);
    }
    outgoing.flush();
    if (!this.#isOver) soon(this.#step);
  };

  #tell(known: FarConnection): void {
    const { session, outgoing } = this.#parts;
    if (known.isForsaken) return;
    const { view: { id: connection }, done, state, undone } = known;
    known.toldIn = session;
    if (done > 0) {
      outgoing.add(encodeEvent({ kind: "known", connection, view: known.describe(), done, state }));
    }
    for (const { bytes } of undone) outgoing.add(bytes);
  }
}
