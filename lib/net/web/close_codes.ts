// The numbers of RFC 6455: kinds of frames, and the codes that say why a WebSocket ends.
import type { CloseReason } from "../peer.ts";

/** Kinds of frames. */
export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Codes that the server sends. */
export const CLOSE = {
  normal: 1000,
  /** The server stops. */
  goingAway: 1001,
  protocol: 1002,
  /** Binary frames. */
  unsupported: 1003,
  /** A text that is not UTF-8. */
  notText: 1007,
  policy: 1008,
  tooLong: 1009,
  /** There is no place now. */
  tryLater: 1013,
} as const;

/** Whether a client may send this code: codes of the RFC and of its registry, of libraries, and of programs. */
export function isCloseCode(code: number): boolean {
  if (code < 3000) return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  return code < 5000;
}

const CODES: Partial<Record<CloseReason, number>> = {
  banned: CLOSE.policy,
  kicked: CLOSE.policy,
  signed_out: CLOSE.policy,
  malformed_lines: CLOSE.policy,
  flooding: CLOSE.policy,
  line_too_long: CLOSE.tooLong,
  shutdown: CLOSE.goingAway,
  // Nobody asks for this end but the gate, which has no place for the connection.
  client: CLOSE.tryLater,
};

/** The code with which the server ends a WebSocket for a reason of its own. */
export function closeCodeOf(reason: CloseReason | undefined): number {
  return (reason && CODES[reason]) ?? CLOSE.normal;
}
