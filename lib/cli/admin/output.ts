// What the commands for a running server print: JSON for programs, sentences for people.
import { InvalidArgumentError } from "commander";
import { harmless, harmlessJson } from "../terminal/text.ts";
import type { Line } from "./client.ts";

/** How a command shall print. */
export interface OutputOptions {
  readonly json?: true;
}

/** Prints a reply as JSON, or what `text` makes of it. */
export function print(reply: Line, { json }: OutputOptions, text: (reply: Line) => string): void {
  console.log(json ? toJson(reply) : text(reply));
}

/** A reply as JSON for programs, without what only the connection needs. */
export function toJson(reply: Line): string {
  const { ref: _ref, type: _type, ...members } = reply;
  return harmlessJson(members, 2);
}

/** A name in a sentence. */
export function named(value: unknown): string {
  return harmless(String(value));
}

/** The reason of a command line: its last words, or nothing. */
export function reasonOf(words: readonly string[]): { reason?: string } {
  const reason = words.join(" ").trim();
  return reason === "" ? {} : { reason };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/**
 * How long and why, of the words behind a name: as in the chat, where one types `/ban tom 1h spam`, the
 * first may be a duration. One that `--for` gives counts over it, and every word is the reason then.
 */
export function sanctionOf(
  words: readonly string[],
  given: number | undefined,
): { seconds?: number; reason?: string } {
  const [first = "", ...rest] = words;
  if (given !== undefined) return { seconds: given, ...reasonOf(words) };
  return DURATION.test(first) ? { seconds: duration(first), ...reasonOf(rest) } : reasonOf(words);
}

const DURATION = /^(\d{1,9}[smhdw])+$/;

/** Reads a duration such as `90s`, `10m`, `2h`, `1d` or `1h30m`, in seconds. */
export function duration(text: string): number {
  if (DURATION.test(text)) {
    const parts = text.match(/\d+[smhdw]/g)!;
    return parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * UNITS[part.at(-1)!]!, 0);
  }
  throw new InvalidArgumentError("Expected a duration such as 90s, 10m, 2h or 1d.");
}
