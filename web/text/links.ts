// Finds web and email addresses in a text. Addresses with other schemes never become links.

const SCHEMES = new Set(["http:", "https:", "mailto:"]);
// Characters that hide or reorder text end an address, because readers could not see where it leads.
const ADDRESS =
  /(?:https?:\/\/|www\.|mailto:)[^\s<>"`\\^{|}\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]{1,2000}/iuy;
const TRAILING = /[.,:;!?'*_~…»”’]$/;
const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

/** An address in a text. */
export interface Link {
  readonly kind: "link";
  /** The address as written in the text. */
  readonly text: string;
  /** The target. Its scheme is http, https or mailto. */
  readonly href: string;
}

/** Returns the length of what looks like an address at a position; 0 if nothing does. */
export function addressLength(text: string, at: number): number {
  ADDRESS.lastIndex = at;
  return ADDRESS.exec(text)?.[0].length ?? 0;
}

/** Returns the address that begins at a position, without the punctuation after it. */
export function linkAt(text: string, at: number): Link | undefined {
  const length = addressLength(text, at);
  if (length === 0) return undefined;
  const shown = withoutPunctuation(text.slice(at, at + length));
  const href = hrefOf(shown);
  return href === undefined ? undefined : { kind: "link", text: shown, href };
}

/** Returns the target of an address, or `undefined` if it must not be a link. */
export function hrefOf(shown: string): string | undefined {
  const full = /^www\./i.test(shown) ? `https://${shown}` : shown;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  if (!SCHEMES.has(url.protocol)) return undefined;
  if (url.protocol === "mailto:") {
    return /^[^@?]+@[^@?]+$/.test(url.pathname) ? url.href : undefined;
  }
  // A user name before the host is used to deceive readers: https://bank.example@evil.example
  return url.hostname === "" || url.username !== "" || url.password !== "" ? undefined : url.href;
}

function withoutPunctuation(address: string): string {
  let end = address.length;
  const unclosed: Record<string, number> = {};
  for (const sign of address) {
    if (sign === "(" || sign === "[") unclosed[sign] = (unclosed[sign] ?? 0) - 1;
    const opening = PAIRS[sign];
    if (opening !== undefined) unclosed[opening] = (unclosed[opening] ?? 0) + 1;
  }
  while (end > 0) {
    const last = address[end - 1]!;
    const opening = PAIRS[last];
    if (opening !== undefined && (unclosed[opening] ?? 0) > 0) unclosed[opening]!--;
    else if (!TRAILING.test(last)) break;
    end--;
  }
  return address.slice(0, end);
}
