// Recognizes the protocol of a connection by its first bytes: lines, HTTP, or the beginning of a TLS handshake.

/** The protocol that a connection uses. */
export type Kind = "lines" | "http" | "tls";

const LF = 10;
const CR = 13;
const SPACE = 32;
const SLASH = 47;
const HANDSHAKE = 0x16;
const VERSION = 3;

const METHODS: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"],
]);
// WebDAV methods have up to 16 letters.
const METHOD_MAX = 20;

/**
 * Recognizes the protocol of a connection.
 *
 * A line begins with `{`. HTTP begins with a method and a space. After an unknown method, a path must follow.
 * `GET_METRICS` and a PROXY header count as lines. Empty lines before any of these are skipped.
 *
 * @param bytes All bytes received so far. Empty lines may be left out.
 * @returns `undefined` while more bytes are needed, at most {@linkcode METHOD_MAX} and two.
 */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  const from = afterEmptyLines(bytes);
  if (from === undefined || from === bytes.length) return undefined;
  if (from === 0 && bytes[0] === HANDSHAKE) {
    return bytes.length === 1 ? undefined : bytes[1] === VERSION ? "tls" : "lines";
  }
  let at = from;
  while (at < bytes.length && at - from < METHOD_MAX && isCapital(bytes[at]!)) at++;
  if (at === bytes.length) return undefined;
  if (at === from || bytes[at] !== SPACE) return "lines";
  if (METHODS.has(String.fromCharCode(...bytes.subarray(from, at)))) return "http";
  return at + 1 === bytes.length ? undefined : bytes[at + 1] === SLASH ? "http" : "lines";
}

/** Returns where the first line that is not empty begins, or `undefined` if the bytes end within a line end. */
function afterEmptyLines(bytes: Uint8Array): number | undefined {
  let at = 0;
  for (;;) {
    if (bytes[at] === LF) at++;
    else if (bytes[at] !== CR) return at;
    else if (at + 1 === bytes.length) return undefined;
    else if (bytes[at + 1] === LF) at += 2;
    else return at;
  }
}

function isCapital(byte: number): boolean {
  return byte >= 65 && byte <= 90;
}
