// The opcodes and close codes of RFC 6455.
import type { CloseReason } from "../peer.ts";

/** The opcodes of frames. */
export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The close codes that the server sends. */
export const CLOSE = {
  normal: 1000,
  /** The server stops. */
  goingAway: 1001,
  protocol: 1002,
  /** The client sent a binary frame. */
  unsupported: 1003,
  /** A text frame is not UTF-8. */
  notText: 1007,
  policy: 1008,
  tooLong: 1009,
  /** The connection limit has been reached. */
  tryLater: 1013,
} as const;

/** Whether a client may send this code: one of the RFC or its registry, or of the ranges for libraries and programs. */
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
  // The server itself uses this reason only in the gate, for a connection above the limit.
  client: CLOSE.tryLater,
};

/** Returns the code with which the server closes a WebSocket for this reason. */
export function closeCodeOf(reason: CloseReason | undefined): number {
  return (reason && CODES[reason]) ?? CLOSE.normal;
}
