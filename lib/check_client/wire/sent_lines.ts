// Splits what a client sends into lines, as the server does, and finds out what is wrong with a line.
import type { Fault } from "../checks.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type JsonObject, parseObject } from "../../protocol/json.ts";
import { decodeText, LineDecoder } from "../../protocol/line_decoder.ts";
import { exactUtf8 } from "../../protocol/utf8.ts";

/** A line of a client: what it sent, and the object that it means. */
export interface SentLine {
  /** The line as the server decodes it, or the beginning of what is no line. */
  readonly text: string;
  /** The object; `undefined` if the line cannot be read. */
  readonly object: JsonObject | undefined;
  /** What is wrong with the form of the line. */
  readonly faults: readonly Fault[];
}

/** The limit of the server for one line, in bytes. */
const LINE_BYTES = 65_536;
/** More objects on one line are not taken apart. */
const OBJECTS_MAX = 64;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const OPENING_BRACE = 0x7b;
const HTTP = /^[A-Z]{3,7} \S+ HTTP\/1\.\d$/;

/** Splits bytes into lines. Lines with a fault are repaired where it is clear what they mean. */
export class SentLines {
  readonly #decoder = new LineDecoder(LINE_BYTES);
  // A newline inside a text has cut the line: what follows is its rest.
  #isTorn = false;

  /** Yields the lines that these bytes complete. A line that is too long is the last one. */
  *push(bytes: Uint8Array): Generator<SentLine> {
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, from);
      const to = end === -1 ? bytes.length : end + 1;
      const part = bytes.subarray(from, to);
      // Joined only where a line ends, so the work grows with the bytes and not with their square.
      const raw = end === -1 ? undefined : joined(this.#decoder.rest, part);
      const text = this.#next(part);
      if (text instanceof ProtocolError) {
        yield { text: decodeText(part.subarray(0, 200)), object: undefined, faults: ["too_long"] };
        return;
      }
      if (text !== undefined && raw !== undefined) yield* this.#read(text, raw);
      from = to;
    }
  }

  *#read(text: string, raw: Uint8Array): Generator<SentLine> {
    for (const line of readLine(text, raw)) {
      const isRest = this.#isTorn && line.object === undefined;
      this.#isTorn = line.faults.includes("raw_newline") || isRest && !text.trimEnd().endsWith("}");
      yield isRest ? { ...line, faults: ["raw_newline"] } : line;
    }
  }

  /** How many bytes wait for their newline. */
  get waiting(): number {
    return this.#decoder.rest.length;
  }

  /** The line that waits for its newline, if it is clear without it what it is; then it waits no longer. */
  *unfinished(): Generator<SentLine> {
    const raw = this.#decoder.rest.slice();
    const found = raw.length === 0 ? [] : [...readLine(decodeText(raw), raw)];
    const isClear = found.some(({ object, faults }) =>
      object !== undefined || faults.includes("not_lines")
    );
    if (!isClear) return;
    this.#next(Uint8Array.of(NEWLINE));
    for (const line of found) {
      yield line.object === undefined ? line : { ...line, faults: [...line.faults, "no_newline"] };
    }
  }

  #next(part: Uint8Array): string | undefined | ProtocolError {
    this.#decoder.push(part);
    try {
      return this.#decoder.next();
    } catch (error) {
      if (error instanceof ProtocolError) return error;
      throw error;
    }
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

function* readLine(text: string, raw: Uint8Array): Generator<SentLine> {
  const framed = writeUtfTexts(raw);
  if (framed !== undefined) {
    for (const body of framed) yield* readObjects(body, body, ["write_utf"]);
    return;
  }
  const foreign = isNoText(raw) ? "not_lines" : HTTP.test(text) ? "http" : undefined;
  if (foreign !== undefined) {
    yield { text, object: undefined, faults: [foreign] };
    return;
  }
  const faults: Fault[] = [];
  if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) faults.push("byte_order_mark");
  if (exactUtf8(raw) === undefined) faults.push("not_utf8");
  yield* readObjects(text, text.replace(/^\ufeff/, ""), faults);
}

function* readObjects(text: string, body: string, faults: readonly Fault[]): Generator<SentLine> {
  const objects = splitObjects(body);
  const found: readonly Fault[] = objects.length > 1 ? [...faults, "several_objects"] : faults;
  for (const part of objects) {
    const { object, faults: own } = parsed(part);
    yield { text, object, faults: [...found, ...own] };
  }
}

function parsed(text: string): { object: JsonObject | undefined; faults: readonly Fault[] } {
  try {
    return { object: parseObject(text), faults: [] };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return {
      object: undefined,
      faults: [error.reason === "not_object" ? "not_object" : brokenHow(text)],
    };
  }
}

// An object whose beginning and end are right, but not a text in between, lacks escapes.
function brokenHow(text: string): Fault {
  const line = text.trim();
  if (line.startsWith("{") && line.endsWith("}")) return "unescaped";
  return line.startsWith("{") && /"[^"]*$/.test(line) ? "raw_newline" : "not_json";
}

// `DataOutputStream.writeUTF` puts the length of the text into two bytes before it. Without newlines, several follow
// each other.
function writeUtfTexts(raw: Uint8Array): string[] | undefined {
  const texts: string[] = [];
  for (let at = 0; at < raw.length;) {
    const [high = 0, low = 0, first] = raw.subarray(at, at + 3);
    const end = at + 2 + (high << 8 | low);
    if (first !== OPENING_BRACE || end > raw.length) return undefined;
    texts.push(decodeText(raw.subarray(at + 2, end)));
    at = end;
    while (raw[at] === NEWLINE || raw[at] === RETURN) at++;
  }
  return texts.length > 0 ? texts : undefined;
}

/** Whether the bytes begin as TLS, serialized Java objects, UTF-16 or other binary data do. */
function isNoText(raw: Uint8Array): boolean {
  return raw.subarray(0, 64).some((byte) =>
    byte < 0x20 && byte !== 0x09 && byte !== RETURN && byte !== NEWLINE
  );
}

/** The objects that follow each other on a line; the whole line if it is anything else. */
function splitObjects(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === "\\") at++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === "{") depth++;
    else if (sign === "}" && --depth === 0) {
      parts.push(text.slice(from, at + 1).replace(/^[\s,;]+/, ""));
      from = at + 1;
    }
  }
  const isWhole = parts.length > 1 && parts.length <= OBJECTS_MAX &&
    text.slice(from).trim() === "" &&
    parts.every((part) => parsed(part).object !== undefined);
  return isWhole ? parts : [text];
}
