// The codes of invitations: creates them, and reads them as people type them.

/** Crockford's base 32 without A and E, so that no code spells a word. It also has no I, L, O and U. */
const SYMBOLS = "0123456789BCDFGHJKMNPQRSTVWXYZ";
/** The length of a code. Nine of thirty symbols are 44 bits. */
const LENGTH = 9;
const GROUP = 3;
/** The maximum length of a text that is read as a code, in UTF-16 units. */
const TEXT_MAX = 64;
/** Bytes from this value on are discarded, so that each symbol is equally likely. */
const BYTE_END = 256 - 256 % SYMBOLS.length;

const CODE = new RegExp(`^[${SYMBOLS}]{${LENGTH}}$`);
// Spaces, and the hyphens and dashes that word processors put in their place.
const SEPARATORS = /[\s\-_.\u00ad\u2010-\u2015\u2212]/g;
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/** Creates a random code. @param random Fills an array with random bytes. */
export function newInviteCode(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): string {
  let code = "";
  while (code.length < LENGTH) {
    for (const byte of random(new Uint8Array(LENGTH))) {
      if (byte < BYTE_END && code.length < LENGTH) code += SYMBOLS[byte % SYMBOLS.length];
    }
  }
  return code;
}

/**
 * Reads a code as people type it: in any case, with or without separators, with O for 0 and I or L for 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(readInviteCode("k7m-2pq 9xo"), "K7M2PQ9X0");
 * assert.equal(readInviteCode("hello"), undefined);
 * ```
 *
 * @returns The code without separators; `undefined` if the text cannot be a code.
 */
export function readInviteCode(text: string): string | undefined {
  if (text.length > TEXT_MAX) return undefined;
  const bare = text.replace(SEPARATORS, "");
  // Letters outside ASCII could become ASCII letters in capitals.
  if (!/^[0-9a-z]+$/i.test(bare)) return undefined;
  const code = bare.toUpperCase().replace(/[OIL]/g, (letter) => LOOK_ALIKES[letter]!);
  return CODE.test(code) ? code : undefined;
}

/** Returns a code in groups, as people read it: `K7M-2PQ-9X0`. */
export function showInviteCode(code: string): string {
  const groups: string[] = [];
  for (let at = 0; at < code.length; at += GROUP) groups.push(code.slice(at, at + GROUP));
  return groups.join("-");
}
