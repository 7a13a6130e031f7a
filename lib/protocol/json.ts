// Parses JSON safely for any input, and writes it in pure ASCII.
import { ProtocolError } from "./errors.ts";
import { escapeNonAscii } from "./escape.ts";
import { exactMembers, mayLoseDigits } from "./exact_json.ts";
import { notJson } from "./not_json.ts";
import { jsonKind } from "./phrases.ts";

export { escapeNonAscii, escapeUnits } from "./escape.ts";

/** The maximum nesting of objects and arrays in one line. Deeper nesting overflows the stack of some clients. */
export const MAX_DEPTH = 32;

/** A parsed line: members by name. Names such as `__proto__` are ordinary members. */
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
    throw notJson(line);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("bad_json", { reason: "not_object", places: { got: jsonKind(value) } });
  }
  return value as JsonObject;
}

/**
 * Names the kind of a JSON value in English, for the errors of commands and of the configuration: `a string`, `an
 * array`, `nothing`, … Errors on the wire use `jsonKind`.
 */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}

/** Returns the JSON text of a value in printable ASCII, with all other characters escaped. */
export function toAsciiJson(value: unknown): string {
  return escapeNonAscii(JSON.stringify(value));
}

/**
 * Returns the members of `object` that are not in `known`, as the text of a JSON object in ASCII; `null` if there are
 * none. Numbers keep all their digits, beyond the precision of a double.
 *
 * @param line The line that `object` was parsed from.
 */
export function otherMembers(
  object: JsonObject,
  known: ReadonlySet<string>,
  line: string,
): string | null {
  const names = Object.keys(object).filter((name) => !known.has(name));
  if (names.length === 0) return null;
  if (!mayLoseDigits(line)) {
    const others: Record<string, unknown> = Object.create(null);
    for (const name of names) others[name] = object[name];
    return toAsciiJson(others);
  }
  // Read the names again too: V8 sometimes parses an escaped name such as "\u0000" as "\\" if it has just parsed that
  // one.
  const exact = exactMembers(line);
  const members = Object.keys(exact).filter((name) => !known.has(name))
    .map((name) => `${JSON.stringify(name)}:${exact[name]}`);
  return escapeNonAscii(`{${members.join(",")}}`);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function refuseDepth(line: string): void {
  // Nearly every line is flat: its only opening brace is the first.
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
