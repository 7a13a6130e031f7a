// Sends a rejected connection one line with the reason and closes it.
import type { Connection } from "./connection.ts";
import type { CloseReason } from "./peer.ts";

/** The lines for a rejected connection, and how to send them. */
export interface Farewell {
  readonly lines: Uint8Array;
  readonly reason: CloseReason;
  /** Whether the client is known to use lines, not HTTP. */
  readonly isHeard: boolean;
  /** Called when the connection has ended. */
  readonly ended: (connection: Connection) => void;
}

// A browser sends its request as soon as it is connected, and cannot read a line. A chat client may wait for the server
// to speak first, so the server sends the line after this time.
const HEARING_MS = 250;

/** Sends the lines as soon as it is known that the client does not use HTTP, or after {@linkcode HEARING_MS}. */
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
