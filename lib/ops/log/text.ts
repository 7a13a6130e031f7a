// Texts for the log: what a client chose is made harmless, and everything stays on one line.
import { isIP } from "node:net";
import { hostPort } from "../../net/address.ts";
import type { PeerInfo } from "../../net/peer.ts";
import { escapeUnits } from "../../protocol/json.ts";

/** Longest text of a client that the log shows, in characters (code points). */
export const QUOTE_MAX = 64;

const STACK_MAX = 2_000;
const CAUSES_MAX = 3;
const DESCRIPTORS_OF_STACK = 3;

// First group, what stays as it is: letters of any script and decimal digits, the marks that follow
// one, and signs that neither end the quotes nor look like a tag or an address with a port.
const READABLE_OR_NOT = /((?:(?!\p{DI})[\p{L}\p{Nd}](?:(?!\p{DI})\p{M})*|[ _\-.'~,!?+@()])+)|[^]/gu;
// The frames of a stack have paths and positions too.
const UNSAFE_IN_FRAME = /\p{DI}|[^\p{L}\p{Nd} _\-.'~,!?+@():/$#]/gu;
const BREAKS_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Puts a text that a client chose in double quotes. Everything that is not a letter, a digit or
 * harmless punctuation becomes `\uXXXX`, brackets and quotes included, so that no text can end its
 * quotes, begin a line, or look like another entry. Longer than {@linkcode QUOTE_MAX}, it is cut
 * and ends in `…`.
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

/** Makes a text that is ours one line: control and bidi characters become `\uXXXX`. */
export function oneLine(text: string): string {
  return text.replace(BREAKS_LINE, escapeUnits);
}

/** A connection as the log names it: `10.0.0.5:51234 conn=17` or `[2001:db8::1]:51234 conn=17`. */
export function peerText(peer: PeerInfo): string {
  const host = bareAddress(peer) ?? quote(peer.address);
  return `${hostPort(host, peer.port)} conn=${peer.id}`;
}

/** The address as fail2ban reads it, without brackets or zone; `undefined` if it is not an IP. */
function bareAddress({ address }: Pick<PeerInfo, "address">): string | undefined {
  const bare = address.replace(/%.*$/s, "");
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * What was thrown, in one line: name, message, causes, and where. What the message has between
 * double quotes is left out: engines quote the input there, and that may be somebody's message.
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

// The message stands before the frames, and may itself have lines that look like frames.
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
 * Whether no file can be opened. From source, Deno opens files to format a stack, and panics where it cannot.
 */
function lacksDescriptors(): boolean {
  const opened: Deno.FsFile[] = [];
  try {
    for (let count = 0; count < DESCRIPTORS_OF_STACK; count++) {
      opened.push(Deno.openSync("/dev/null"));
    }
    return false;
  } catch (error) {
    // The system's, not the lack of the file or of a permission.
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
