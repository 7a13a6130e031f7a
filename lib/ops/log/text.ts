// Prepares texts for the log: quotes client text safely and keeps everything on one line.
import { isIP } from "node:net";
import { hostPort } from "../../net/address.ts";
import type { PeerInfo } from "../../net/peer.ts";
import { escapeUnits } from "../../protocol/json.ts";

/** The maximum length of client text in the log, in characters (code points). */
export const QUOTE_MAX = 64;

const STACK_MAX = 2_000;
const CAUSES_MAX = 3;
const DESCRIPTORS_OF_STACK = 3;

// The first group matches what stays unchanged: letters of any script with their marks, decimal digits, and signs
// that neither end the quotes nor look like a tag or an address with a port.
const READABLE_OR_NOT = /((?:(?!\p{DI})[\p{L}\p{Nd}](?:(?!\p{DI})\p{M})*|[ _\-.'~,!?+@()])+)|[^]/gu;
// Frames of a stack also have paths and positions.
const UNSAFE_IN_FRAME = /\p{DI}|[^\p{L}\p{Nd} _\-.'~,!?+@():/$#]/gu;
const BREAKS_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Puts client text in double quotes. Everything except letters, digits and harmless punctuation becomes `\uXXXX`,
 * including brackets and quotes. No text can therefore end its quotes, begin a line, or look like another entry. A
 * text longer than {@linkcode QUOTE_MAX} is cut and ends with `…`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(quote("bob"), '"bob"');
 * assert.equal(quote("[ERREUR]\n"), '"\\u005bERREUR\\u005d\\u000a"');
 * ```
 */
export function quote(text: string): string {
  const { head, cut } = firstCharacters(text, QUOTE_MAX);
  const escaped = head.replace(
    READABLE_OR_NOT,
    (found, readable: string | undefined) => readable ?? escapeUnits(found),
  );
  return `"${escaped}${cut ? "…" : ""}"`;
}

/** Converts the server's own text to one line: control and bidi characters become `\uXXXX`. */
export function oneLine(text: string): string {
  return text.replace(BREAKS_LINE, escapeUnits);
}

/** Describes a connection for the log: `10.0.0.5:51234 conn=17` or `[2001:db8::1]:51234 conn=17`. */
export function peerText(peer: PeerInfo): string {
  const host = bareAddress(peer) ?? quote(peer.address);
  return `${hostPort(host, peer.port)} conn=${peer.id}`;
}

/**
 * Returns the address in the form that fail2ban reads, without brackets or zone; `undefined` if it is not an IP
 * address.
 */
function bareAddress({ address }: Pick<PeerInfo, "address">): string | undefined {
  const bare = address.replace(/%.*$/s, "");
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * Describes an error in one line: name, message, causes and stack. Text in double quotes is removed from the message,
 * because JavaScript engines quote the input there, which may be a user's message.
 */
export function errorText(error: unknown): string {
  const parts = [summary(error)];
  let cause = causeOf(error);
  for (let depth = 0; cause !== undefined && depth < CAUSES_MAX; depth++) {
    parts.push(`cause=${summary(cause)}`);
    cause = causeOf(cause);
  }
  const stack = stackText(error);
  if (stack !== "") parts.push(`stack="${stack}"`);
  return parts.join(" ");
}

function summary(error: unknown): string {
  if (!(error instanceof Error)) return `thrown=${typeof error}`;
  const name = /^\w{1,64}$/.test(error.name) ? error.name : quote(error.name);
  return `${name} ${quote(String(error.message).replace(/".*"/s, "(left out)"))}`;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

// The message precedes the frames, and may have lines that look like frames.
function stackText(error: unknown): string {
  if (!(error instanceof Error) || lacksDescriptors() || typeof error.stack !== "string") return "";
  const { message, stack } = error;
  const at = stack.indexOf(message);
  const frames = (at < 0 ? stack : stack.slice(at + message.length)).split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim().slice(3));
  return frames.join(", ").slice(0, STACK_MAX).replace(UNSAFE_IN_FRAME, escapeUnits);
}

/**
 * Whether file descriptors have run out. When run from source, Deno opens files to format a stack, and panics if it
 * cannot.
 */
function lacksDescriptors(): boolean {
  const opened: Deno.FsFile[] = [];
  try {
    for (let count = 0; count < DESCRIPTORS_OF_STACK; count++) {
      opened.push(Deno.openSync("/dev/null"));
    }
    return false;
  } catch (error) {
    // Errors of the system, not a missing file or permission.
    return /os error 2[34]\b/.test((error as Error).message);
  } finally {
    for (const file of opened) file.close();
  }
}

function firstCharacters(text: string, count: number): { head: string; cut: boolean } {
  if (text.length <= count) return { head: text, cut: false };
  let at = 0;
  for (let n = 0; n < count && at < text.length; n++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return { head: text.slice(0, at), cut: at < text.length };
}
