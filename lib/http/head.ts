// Parses the head of an HTTP request, and rejects anything but a plain request to this server.
import { isIPv6 } from "node:net";
import type { Fields } from "../net/web/forwarded.ts";

/** A request without a body. */
export interface HttpRequest {
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  /** The version of HTTP: `1.0` or `1.1`. */
  readonly version: string;
  /** The header fields, each with its values in order. Names are in lower case. */
  readonly fields: Fields;
  /** Whether the client may use the connection for another request. */
  readonly keepAlive: boolean;
}

/** A request that is rejected, with the status and the reason for the reply. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** The maximum length of a head, in bytes. */
export const HEAD_MAX_BYTES = 8 * 1024;
const FIELDS_MAX = 64;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Visible ASCII, without delimiters and characters that must be escaped in a URL.
const TARGET = /^\/[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]*$/;
const NAME = /^[A-Za-z0-9\-._~%!$&'()*+,;=]*$/;
// deno-lint-ignore no-control-regex -- what a value may not have
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Finds the end of the head at the beginning of some bytes, including the empty line.
 *
 * @param from Where to start. The bytes before, except the last three, have been searched already.
 * @returns `undefined` if the head is incomplete.
 */
export function headEnd(bytes: Uint8Array, from = 0): number | undefined {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[next] === LF) return next + 1;
  }
  return undefined;
}

const CR = 13;
const LF = 10;

/** Parses a head found by {@linkcode headEnd}. @throws {HttpError} */
export function parseHead(head: Uint8Array): HttpRequest {
  // One character per byte. Where it matters, only ASCII is accepted.
  const text = new TextDecoder("latin1").decode(head);
  const [first = "", ...lines] = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const { method, path, version } = parseFirstLine(first);
  const fields = parseFields(lines.slice(0, -2));
  checkHost(fields.get("host") ?? [], version);
  refuseBody(fields);
  const connection = listOf(fields, "connection");
  const keepAlive = version === "1.1"
    ? !connection.includes("close")
    : connection.includes("keep-alive");
  return { method, path, version, fields, keepAlive };
}

/** Returns the items of a field that has a list as its value, in lower case. */
export function listOf(fields: Fields, name: string): string[] {
  return (fields.get(name) ?? []).join().toLowerCase().split(",").map((item) => item.trim());
}

function parseFirstLine(line: string): { method: string; path: string; version: string } {
  const [method = "", target = "", protocol = "", ...more] = line.split(" ");
  if (!TOKEN.test(method) || more.length > 0) {
    throw new HttpError(400, "Expected a method, a path and HTTP/1.1.");
  }
  const version = /^HTTP\/(\d\.\d)$/.exec(protocol)?.[1];
  if (version === undefined) throw new HttpError(400, "Expected HTTP/1.1 after the path.");
  if (version !== "1.1" && version !== "1.0") {
    throw new HttpError(505, `Expected HTTP/1.1 or HTTP/1.0, got HTTP/${version}.`);
  }
  if (!TARGET.test(target)) throw new HttpError(400, "Expected a path that begins with /.");
  return { method, path: target.replace(/\?.*/, ""), version };
}

function parseFields(lines: readonly string[]): Map<string, string[]> {
  if (lines.length > FIELDS_MAX) {
    throw new HttpError(431, `Expected at most ${FIELDS_MAX} header fields, got ${lines.length}.`);
  }
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1)];
    if (colon < 0 || !TOKEN.test(name) || CONTROL.test(value)) {
      throw new HttpError(400, "Expected header fields of the form Name: value.");
    }
    const key = name.toLowerCase();
    fields.set(key, [...fields.get(key) ?? [], value.trim()]);
  }
  return fields;
}

function checkHost(hosts: readonly string[], version: string): void {
  if (hosts.length === 0 && version === "1.0") return;
  if (hosts.length !== 1 || !isHost(hosts[0]!)) {
    throw new HttpError(
      400,
      "Expected one Host field with a name or an address, and perhaps a port.",
    );
  }
}

function isHost(text: string): boolean {
  const [, host, port = ""] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return false;
  return host.startsWith("[") ? isIPv6(host.slice(1, -1)) : NAME.test(host);
}

// Bodies have no meaning here, and the bytes after an unread body would look like the next request.
function refuseBody(fields: ReadonlyMap<string, readonly string[]>): void {
  if (fields.has("transfer-encoding")) throw new HttpError(413, "Expected no body.");
  const lengths = fields.get("content-length") ?? [];
  if (lengths.some((length) => !/^\d+$/.test(length))) {
    throw new HttpError(400, "Expected Content-Length to be a number.");
  }
  if (lengths.some((length) => Number(length) !== 0)) throw new HttpError(413, "Expected no body.");
}
