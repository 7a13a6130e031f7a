// Converts JSON text to pure ASCII: each character above `~` becomes an escape sequence.

// The hexadecimal digits of the low and the high byte of a UTF-16 unit.
const LOW = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const HIGH = LOW.map((digits) => `\\u${digits}`);
const DIGITS = new TextEncoder().encode("0123456789abcdef");
const FIRST_ESCAPED = 0x7f;
const ESCAPE_LENGTH = 6;
// For longer texts, a byte buffer is faster than concatenating strings.
const LONG = 2_048;

const NON_ASCII = /[\u007f-\uffff]/;
const latin1 = new TextDecoder("latin1");

/** Replaces each character above `~` in a JSON text by its escape sequence. The text remains the same JSON. */
export function escapeNonAscii(json: string): string {
  if (!NON_ASCII.test(json)) return json;
  return json.length > LONG ? escapeLong(json) : escapeShort(json);
}

/** Returns each UTF-16 unit of a text as `\uXXXX`. */
export function escapeUnits(text: string): string {
  let escaped = "";
  for (let at = 0; at < text.length; at++) escaped += escapeUnit(text.charCodeAt(at));
  return escaped;
}

function escapeUnit(unit: number): string {
  return HIGH[unit >> 8]! + LOW[unit & 0xff]!;
}

function escapeShort(json: string): string {
  let escaped = "";
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit < FIRST_ESCAPED) continue;
    escaped += json.slice(from, at) + escapeUnit(unit);
    from = at + 1;
  }
  return escaped + json.slice(from);
}

function escapeLong(json: string): string {
  let length = json.length;
  for (let at = 0; at < json.length; at++) {
    if (json.charCodeAt(at) >= FIRST_ESCAPED) length += ESCAPE_LENGTH - 1;
  }
  const bytes = new Uint8Array(length);
  let end = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit < FIRST_ESCAPED) {
      bytes[end++] = unit;
      continue;
    }
    bytes[end] = 0x5c;
    bytes[end + 1] = 0x75;
    bytes[end + 2] = DIGITS[unit >> 12]!;
    bytes[end + 3] = DIGITS[unit >> 8 & 0xf]!;
    bytes[end + 4] = DIGITS[unit >> 4 & 0xf]!;
    bytes[end + 5] = DIGITS[unit & 0xf]!;
    end += ESCAPE_LENGTH;
  }
  return latin1.decode(bytes);
}
