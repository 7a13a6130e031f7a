// Brings distinguished names to one form, so that they can be compared.

/** The maximum length of a distinguished name that is compared, in UTF-16 units. */
const DN_MAX = 1024;
const HEX_PAIRS = /(?:\\[0-9a-f]{2})+/gi;

/**
 * Returns the form of a distinguished name that is compared: without regard to case, to spaces around its parts, and to
 * how its special characters are escaped.
 *
 * @returns `undefined` if the text is not a distinguished name.
 */
export function normalizeDn(text: string): string | undefined {
  if (text.length === 0 || text.length > DN_MAX) return undefined;
  const parts = splitAt(decodeHex(text), ",").map(normalizePart);
  return parts.includes(undefined) ? undefined : parts.join(",");
}

function normalizePart(part: string): string | undefined {
  const [attribute, ...rest] = splitAt(part, "=");
  const type = attribute!.trim().toLowerCase();
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(type) || rest.length === 0) return undefined;
  const value = unescape(rest.join("=")).normalize("NFC").toLowerCase();
  if (value === "") return undefined;
  return `${type}=${value.replace(/ {2,}/g, " ").replace(/[\\,+"<>;=]/g, "\\$&")}`;
}

// Two digits name a byte of UTF-8. What is not valid stays as it is.
function decodeHex(text: string): string {
  return text.replace(HEX_PAIRS, (pairs) => {
    try {
      const decoded = decodeURIComponent(pairs.replaceAll("\\", "%"));
      return decoded.replace(/[^\p{L}\p{N}]/gu, "\\$&");
    } catch {
      return pairs;
    }
  });
}

function unescape(value: string): string {
  return value.trim().replace(/\\(.)/gsu, "$1").trim();
}

function splitAt(text: string, separator: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === separator) {
      parts.push("");
      continue;
    }
    parts[parts.length - 1] += character === "\\" ? character + (text[++at] ?? "") : character;
  }
  return parts;
}
