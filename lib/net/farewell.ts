// Tells a connection that is kept out why, in one line, and ends it.
import type { Connection } from "./connection.ts";
import type { CloseReason } from "./peer.ts";

/** What is said. */
export interface Farewell {
  readonly lines: Uint8Array;
  readonly reason: CloseReason;
  /** It is known that the connection brings lines. */
  readonly isHeard: boolean;
  /** Told when the connection has ended. */
  readonly ended: (connection: Connection) => void;
}

// A browser asks as soon as it is connected, and could not read a line. A client of the chat may wait to be told.
const HEARING_MS = 250;

/** Says it as soon as it is known that the connection does not bring HTTP, or shortly after. */
export function sayFarewell(connection: Connection, farewell: Farewell): void {
  const { lines, reason, isHeard, ended } = farewell;
  const timer = setTimeout(say, HEARING_MS);
  function say(): void {
    clearTimeout(timer);
    connection.send(lines);
    connection.close(reason);
  }
  connection.start({
    line: say,
    overlong: say,
    metrics: say,
    ended: () => clearTimeout(timer),
  }, ended);
  if (isHeard) say();
}
