// Validates UTF-8 byte by byte. A read may end within a character.

/** The state between two characters. */
export const UTF8_START = 0;
/** The state after bytes that are not UTF-8. */
export const UTF8_INVALID = -1;

const LEAST = 0x80;
const MOST = 0xbf;

/**
 * Checks one byte.
 *
 * @param state {@linkcode UTF8_START}, or the result for the byte before.
 * @returns The next state; {@linkcode UTF8_INVALID} as soon as the bytes cannot become a character.
 */
export function nextUtf8(state: number, byte: number): number {
  return state === UTF8_START ? firstByte(byte) : furtherByte(state, byte);
}

// Rejects surrogates, values above U+10FFFF, and forms that are longer than necessary.
function firstByte(byte: number): number {
  if (byte < 0x80) return UTF8_START;
  if (byte < 0xc2) return UTF8_INVALID;
  if (byte < 0xe0) return awaiting(1, LEAST, MOST);
  if (byte < 0xf0) return awaiting(2, byte === 0xe0 ? 0xa0 : LEAST, byte === 0xed ? 0x9f : MOST);
  if (byte > 0xf4) return UTF8_INVALID;
  return awaiting(3, byte === 0xf0 ? 0x90 : LEAST, byte === 0xf4 ? 0x8f : MOST);
}

function furtherByte(state: number, byte: number): number {
  const left = (state & 0xff) - 1;
  if (byte < (state >> 8 & 0xff) || byte > state >> 16) return UTF8_INVALID;
  return left === 0 ? UTF8_START : awaiting(left, LEAST, MOST);
}

/** Returns the state in which `left` bytes are missing and the next one must be between two bounds. */
function awaiting(left: number, least: number, most: number): number {
  return left | least << 8 | most << 16;
}
