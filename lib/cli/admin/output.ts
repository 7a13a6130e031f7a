// What the commands for a running server print: JSON for programs, sentences for people.
import { InvalidArgumentError } from "commander";
import { DURATION_FORMS, parseDuration, takeDuration } from "../../protocol/duration.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { harmless, harmlessJson } from "../terminal/text.ts";

/** How a command shall print. */
export interface OutputOptions {
  readonly json?: true;
}

/** A reply to any request. */
export interface AnyReply {
  readonly type: string;
  readonly ref?: string;
}

/** Prints a reply as JSON, or what `text` makes of it. */
export function print<Reply extends AnyReply>(
  reply: Reply,
  { json }: OutputOptions,
  text: (reply: Reply) => string,
): void {
  console.log(json ? toJson(reply) : text(reply));
}

/** A reply as JSON for programs, without what only the connection needs. */
export function toJson(reply: AnyReply): string {
  const { ref: _ref, type: _type, ...members } = reply;
  return harmlessJson(members, 2);
}

/** A name in a sentence. */
export function named(name: string): string {
  return harmless(name);
}

/** The reason of a command line: its last words, or nothing. */
export function reasonOf(words: readonly string[]): { reason?: string } {
  const reason = words.join(" ").trim();
  return reason === "" ? {} : { reason };
}

/**
 * How long and why, of the words behind a name: as in the chat, where one types `/ban tom 1h spam`, the
 * first may be a duration. One that `--for` gives counts over it, and every word is the reason then.
 *
 * @throws {CommandFailure} where the first word looks like a duration and is none.
 */
export function sanctionOf(
  words: readonly string[],
  given: number | undefined,
): { seconds?: number; reason?: string } {
  if (given !== undefined) return { seconds: given, ...reasonOf(words) };
  const taken = takeDuration(words.join(" "));
  if (taken.kind === "none") return reasonOf(words);
  if (taken.kind === "duration") return { seconds: taken.seconds, ...reasonOf([taken.rest]) };
  throw new CommandFailure(
    `Expected a duration (${DURATION_FORMS}) or a reason, got ${
      JSON.stringify(words.join(" "))
    }. ` +
      "With --for DURATION, the reason may begin with anything.",
    EXIT.usage,
  );
}

/** Reads the duration of an option, in seconds; 0 for no end. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError(`Expected a duration: ${DURATION_FORMS}.`);
}
