// Decodes a class list: UTF-8 with or without a byte order mark, or windows-1252, which Excel writes in France.
import { LIST_BYTES_MAX } from "./limits.ts";
import { ListError, problemOf } from "./problem.ts";

/**
 * Decodes the bytes of a file. Bytes that are not valid UTF-8 are windows-1252.
 *
 * @throws {ListError} if the file is too long, is UTF-16, or is no text.
 */
export function decodeList(bytes: Uint8Array): string {
  if (bytes.length > LIST_BYTES_MAX) {
    throw new ListError(problemOf(0, "too_big", { max: LIST_BYTES_MAX, bytes: bytes.length }));
  }
  if (isUtf16(bytes)) throw new ListError(problemOf(0, "utf16"));
  // Spreadsheet files are ZIP archives. Their bytes would become thousands of strange names.
  if (bytes.includes(0) || startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    throw new ListError(problemOf(0, "binary"));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// With a byte order mark, or the zeros of ASCII text without one.
function isUtf16(bytes: Uint8Array): boolean {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) return true;
  if (bytes.length < 4) return false;
  const [a, b, c, d] = bytes;
  return (a === 0 && c === 0 && b !== 0 && d !== 0) || (b === 0 && d === 0 && a !== 0 && c !== 0);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}
