// Where lines of connections begin their way to the leader: they wait for room, and can be taken back until they leave.
import type { LastingEvent } from "./events.ts";
import type { FarConnection } from "./far_connection.ts";
import { Inflow, LINE_OVERHEAD } from "./inflow.ts";
import type { Outgoing } from "./outgoing.ts";

/** A line of a connection. */
export interface ArrivedLine {
  readonly connection: number;
  readonly text: string;
  /** On the clock of the edge. */
  readonly readAt: number;
}

/** Serves a line. */
export type ServeLine = (line: ArrivedLine) => void | Promise<void>;

/** Sends a line to the leader. @param room Bytes of its room. */
export type AddLine = (known: FarConnection, line: LastingEvent, room: number) => void;

/** The present session of the link. */
export interface PresentSession {
  /** Its number. */
  readonly session: number;
  /** What it sends; nothing without a leader. */
  readonly outgoing: Outgoing | undefined;
}

/** The lines that are on their way to the leader, or wait for room. */
export class LineIntake {
  readonly #inflow: Inflow;
  readonly #add: AddLine;
  #serveElsewhere: ServeLine = () => {};

  /** @param bytes Maximum of bytes on their way. */
  constructor(bytes: number | undefined, add: AddLine) {
    this.#inflow = new Inflow(bytes);
    this.#add = add;
  }

  /** Bytes of lines that are on their way. */
  get bytes(): number {
    return this.#inflow.used;
  }

  /** Takes a line. @returns A promise if no further line should be read before it resolves. */
  take(known: FarConnection, line: ArrivedLine): void | Promise<void> {
    const { network } = known;
    const room = Math.min(line.text.length + LINE_OVERHEAD, this.#inflow.largest);
    const add = () => {
      this.#add(known, { kind: "line", text: line.text, readAt: line.readAt }, room);
      return known.pause();
    };
    const waiting = this.#inflow.take(network, room);
    if (waiting === undefined) return add();
    return waiting.then((hasRoom) => {
      if (!hasRoom) return this.#serveElsewhere(line);
      if (!known.isClosed) return add();
      this.#inflow.give(network, room);
    });
  }

  /** Gives back the room of lines of a connection that are done. */
  give({ network }: FarConnection, room: number): void {
    if (room > 0) this.#inflow.give(network, room);
  }

  /**
   * Takes back the lines that no leader can have: those that were not sent in the present session of the link. The log
   * says of all earlier sessions what was done.
   *
   * @param serve Serves them instead, and those that wait for room.
   */
  takeBack(
    connections: Iterable<FarConnection>,
    { session, outgoing }: PresentSession,
    serve: ServeLine,
  ): void {
    this.#serveElsewhere = serve;
    const unsent = new Set(outgoing?.unsent);
    const taken = new Set<Uint8Array>();
    const lines: ArrivedLine[] = [];
    this.#inflow.turnAway();
    for (const known of connections) {
      if (known.view.closed) continue;
      const isTold = outgoing !== undefined && known.toldIn === session;
      const isFree = (event: Uint8Array) => !isTold || unsent.has(event);
      for (const { text, readAt, bytes, room } of known.takeBack(isFree)) {
        taken.add(bytes);
        lines.push({ connection: known.view.id, text, readAt });
        this.give(known, room);
      }
    }
    outgoing?.drop(taken);
    for (const line of lines) serve(line);
  }
}
