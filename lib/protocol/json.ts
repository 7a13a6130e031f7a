// JSON as the wire needs it: parsing that no input can hurt, and output in pure ASCII.
import { ProtocolError } from "./errors.ts";
import { jsonKind } from "./phrases.ts";

/** Deepest nesting of objects and arrays in one line: deeper ones overflow the stack of some clients. */
export const MAX_DEPTH = 32;

/** A parsed line: members by name. Names such as `__proto__` are plain members of it. */
export type JsonObject = { readonly [name: string]: unknown };

/**
 * Parses one line that must be a JSON object.
 *
 * @throws {ProtocolError} `bad_json`
 */
export function parseObject(line: string): JsonObject {
  refuseDepth(line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError("bad_json");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("bad_json", { reason: "not_object", places: { got: jsonKind(value) } });
  }
  return value as JsonObject;
}

/**
 * What a JSON value is, in English, for the errors of commands and of the configuration: `a string`, `an array`,
 * `nothing`, … Errors on the wire use `jsonKind`.
 */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}

/** JSON text of a value, every character outside printable ASCII escaped. */
export function toAsciiJson(value: unknown): string {
  return escapeNonAscii(JSON.stringify(value));
}

/** Replaces every character above `~` in a JSON text by its escape; the text stays the same JSON. */
export function escapeNonAscii(json: string): string {
  return NON_ASCII.test(json) ? json.replace(EACH_NON_ASCII, escapeUnits) : json;
}

const NON_ASCII = /[\u007f-\uffff]/;
const EACH_NON_ASCII = /[\u007f-\uffff]/g;

/** Each UTF-16 unit of a text as `\uXXXX`. */
export function escapeUnits(text: string): string {
  let escaped = "";
  for (let at = 0; at < text.length; at++) {
    escaped += `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}

/**
 * The members of `object` not in `known`, as the text of a JSON object in ASCII, or `null` if there
 * are none. Numbers keep the digits they came with, beyond what a double can hold.
 *
 * @param line The line that `object` was parsed from.
 */
export function otherMembers(
  object: JsonObject,
  known: ReadonlySet<string>,
  line: string,
): string | null {
  if (Object.keys(object).every((name) => known.has(name))) return null;
  const exact = JSON.parse(line, keepDigits) as JsonObject;
  const members = Object.keys(exact).filter((name) => !known.has(name))
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(exact[name])}`);
  return escapeNonAscii(`{${members.join(",")}}`);
}

// V8 hands a reviver the source text of a primitive ("JSON.parse source text access").
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

function keepDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && context?.source !== undefined &&
      context.source !== String(value)
    ? rawJson(context.source)
    : value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function refuseDepth(line: string): void {
  // Nearly every line is flat: its only brace that opens is the first.
  if (line.indexOf("{", 1) === -1 && !line.includes("[")) return;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const unit = line.charCodeAt(i);
    if (quoted) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) quoted = false;
    } else if (unit === QUOTE) {
      quoted = true;
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > MAX_DEPTH) {
        throw new ProtocolError("bad_json", { reason: "too_deep", places: { max: MAX_DEPTH } });
      }
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--;
    }
  }
}
