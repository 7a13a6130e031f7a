// Masks passwords, tokens and invitation codes in lines of the protocol.

/** What is shown instead of a secret. */
export const MASK = "•••";

/** The members whose values are secret, in every line. */
const SECRET = /^(?:password|old|new|token|invite)$/i;

/** The members that are secret in lines about invitations. Elsewhere `code` is the code of an error. */
const INVITATION = /^(?:code|link)$/i;

/** Finds the lines that may contain a secret. Members may be written with escapes such as `\u0070`. */
const SUSPICIOUS = /password|old|new|token|invite|\\u00/i;

/** Finds the first secret member in a text that is not JSON. */
const IN_TEXT = /(?:^|["'\s{,])(?:password|old|new|token|invite|code|link)["']?\s*[:=]/i;

/**
 * Returns a line without its secrets. A line that has none is returned unchanged, as it travelled.
 *
 * @param text One line. If it is not JSON, everything after the first secret member is masked.
 */
export function maskSecrets(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return maskText(text);
  }
  const isInvitation = /^invite/i.test(String((line as { type?: unknown } | null)?.type ?? ""));
  let found = false;
  const masked = JSON.stringify(line, (name, value) => {
    if (!SECRET.test(name) && !(isInvitation && INVITATION.test(name))) return value;
    if (value === null || typeof value === "boolean") return value;
    found = true;
    return MASK;
  });
  return found ? masked : text;
}

function maskText(text: string): string {
  const plain = text.replace(
    /\\u([0-9a-f]{4})/gi,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 16)),
  );
  const found = IN_TEXT.exec(plain);
  return found === null ? text : `${plain.slice(0, found.index + found[0].length)}${MASK}`;
}
