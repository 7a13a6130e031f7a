// Parses the PROXY protocol header, versions 1 and 2, in which a proxy names the client of a connection.
// https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
import { isIPv4, isIPv6 } from "node:net";
import { normalizeRange } from "../ranges.ts";

/** A parsed header. */
export interface ProxyHeader {
  /** Length of the header in bytes. The bytes after it are the client's. */
  readonly length: number;
  /** The client of the proxy. `undefined` if the proxy itself connects, as for a health check, or names no address. */
  readonly source: { readonly address: string; readonly port: number } | undefined;
  /** Whether the proxy says that the client connected over TLS. Version 1 has no field for this. */
  readonly encrypted: boolean;
}

/** The error for bytes that are not a valid header. The message says what was expected and what was received. */
export class ProxyHeaderError extends Error {
  override readonly name = "ProxyHeaderError";
}

/** Longest header that is accepted. Version 2 allows 64 KiB, but the fields that proxies add need much less. */
export const MAX_HEADER_BYTES = 4096;

const SIGNATURE = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10);
const V1_START = new TextEncoder().encode("PROXY ");
const V1_MAX_BYTES = 107;
const V2_FIXED_BYTES = 16;
/** Bytes that addresses and ports take, by the code of family and protocol. */
const V2_ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [0x00, 0], // unspecified
  [0x11, 12], // TCP over IPv4
  [0x21, 36], // TCP over IPv6
  [0x31, 216], // a Unix socket
]);
const TLV_SSL = 0x20;
const CLIENT_SSL = 0x01;

/** Whether the first line of a connection is the beginning of a header of version 1 or 2. */
export function beginsProxyHeader(line: string): boolean {
  // The line decoder skips blank lines, so the signature of version 2 begins with this line.
  return line.startsWith("PROXY ") || line === "\0";
}

/**
 * Parses the header at the beginning of a connection.
 *
 * @param bytes All bytes received so far.
 * @returns `undefined` while the header is incomplete.
 * @throws {ProxyHeaderError} as soon as the bytes cannot become a valid header.
 */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader | undefined {
  if (begins(bytes, V1_START)) return parseV1(bytes);
  if (begins(bytes, SIGNATURE)) return parseV2(bytes);
  throw new ProxyHeaderError(
    `expected a PROXY header, got bytes that begin with ${hex(bytes.subarray(0, 12))}`,
  );
}

// Compares only as many bytes as both have.
function begins(bytes: Uint8Array, with_: Uint8Array): boolean {
  const shared = Math.min(bytes.length, with_.length);
  for (let i = 0; i < shared; i++) if (bytes[i] !== with_[i]) return false;
  return true;
}

function parseV1(bytes: Uint8Array): ProxyHeader | undefined {
  const end = bytes.subarray(0, V1_MAX_BYTES).indexOf(10);
  if (end < 0 && bytes.length < V1_MAX_BYTES) return undefined;
  if (end < 0 || bytes[end - 1] !== 13) {
    throw new ProxyHeaderError(
      `expected a PROXY line of at most ${V1_MAX_BYTES} bytes that ends with CR LF, got another`,
    );
  }
  const line = String.fromCharCode(...bytes.subarray(0, end - 1));
  const length = end + 1;
  if (line === "PROXY UNKNOWN" || line.startsWith("PROXY UNKNOWN ")) {
    return { length, source: undefined, encrypted: false };
  }
  const [, family, from = "", to = "", fromPort = "", toPort = "", ...more] = line.split(" ");
  const isAddress = family === "TCP4" ? isIPv4 : family === "TCP6" ? isPlainIPv6 : () => false;
  const sound = isAddress(from) && isAddress(to) && isPort(fromPort) && isPort(toPort);
  if (!sound || more.length > 0) {
    throw new ProxyHeaderError(
      "expected PROXY TCP4 or TCP6 with two addresses and two ports, or PROXY UNKNOWN, got " +
        JSON.stringify(line),
    );
  }
  return {
    length,
    source: { address: normalizeRange(from)!, port: Number(fromPort) },
    encrypted: false,
  };
}

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

function parseV2(bytes: Uint8Array): ProxyHeader | undefined {
  if (bytes.length < V2_FIXED_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = V2_FIXED_BYTES + view.getUint16(14);
  if (length > MAX_HEADER_BYTES) {
    throw new ProxyHeaderError(
      `expected a PROXY header of at most ${MAX_HEADER_BYTES} bytes, got one of ${length}`,
    );
  }
  const command = view.getUint8(12);
  if (command !== 0x20 && command !== 0x21) {
    throw new ProxyHeaderError(
      `expected version 2 of PROXY with the command LOCAL or PROXY (20, 21), got ${
        hex(bytes.subarray(12, 13))
      }`,
    );
  }
  if (bytes.length < length) return undefined;
  // The command LOCAL: the proxy itself connects. The specification says to ignore the addresses and fields.
  if (command === 0x20) return { length, source: undefined, encrypted: false };
  const family = view.getUint8(13);
  const addressBytes = V2_ADDRESS_BYTES.get(family);
  if (addressBytes === undefined || V2_FIXED_BYTES + addressBytes > length) {
    throw new ProxyHeaderError(
      `expected a PROXY header about TCP or a Unix socket, whole, got family ${
        hex(bytes.subarray(13, 14))
      } in ${length} bytes`,
    );
  }
  const rest = bytes.subarray(V2_FIXED_BYTES + addressBytes, length);
  return { length, source: sourceOf(family, view), encrypted: saysEncrypted(rest) };
}

function sourceOf(family: number, view: DataView): ProxyHeader["source"] {
  const at = V2_FIXED_BYTES;
  if (family === 0x11) {
    const address = [0, 1, 2, 3].map((i) => view.getUint8(at + i)).join(".");
    return { address, port: view.getUint16(at + 8) };
  }
  if (family !== 0x21) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(at + 2 * i).toString(16));
  return { address: normalizeRange(groups.join(":"))!, port: view.getUint16(at + 32) };
}

// Reads the fields after the addresses. Each has a type, a length and a value.
function saysEncrypted(bytes: Uint8Array): boolean {
  let encrypted = false;
  for (let at = 0; at < bytes.length;) {
    const end = at + 3 + (bytes[at + 1]! << 8 | bytes[at + 2]!);
    // The type and the length of a field take three bytes.
    if (!(end <= bytes.length) || at + 3 > bytes.length) {
      throw new ProxyHeaderError("expected whole fields behind the addresses, got one cut off");
    }
    if (bytes[at] === TLV_SSL && end > at + 3) encrypted = (bytes[at + 3]! & CLIENT_SSL) !== 0;
    at = end;
  }
  return encrypted;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
