// Prints the replies of a running server: JSON for programs, sentences for people.
import { InvalidArgumentError } from "commander";
import { DURATION_FORMS, parseDuration, takeDuration } from "../../protocol/duration.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { harmless, harmlessJson } from "../terminal/text.ts";

/** Options for the output of a command. */
export interface OutputOptions {
  readonly json?: true;
}

/** A reply to any request. */
export interface AnyReply {
  readonly type: string;
  readonly ref?: string;
}

/** Prints a reply as JSON, or as the text that `text` returns. */
export function print<Reply extends AnyReply>(
  reply: Reply,
  { json }: OutputOptions,
  text: (reply: Reply) => string,
): void {
  console.log(json ? toJson(reply) : text(reply));
}

/** Returns a reply as JSON for programs, without the members that only the connection needs. */
export function toJson(reply: AnyReply): string {
  const { ref: _ref, type: _type, ...members } = reply;
  return harmlessJson(members, 2);
}

/** Returns a name for use in a sentence. */
export function named(name: string): string {
  return harmless(name);
}

/** Returns the reason, which is the last words of a command line; nothing if there are none. */
export function reasonOf(words: readonly string[]): { reason?: string } {
  const reason = words.join(" ").trim();
  return reason === "" ? {} : { reason };
}

/**
 * Parses the duration and the reason after a name, as in `/ban tom 1h spam`: the first word may be a duration. If
 * `--for` gives the duration, all words are the reason.
 *
 * @throws {CommandFailure} if the first word looks like a duration but is not valid.
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

/** Parses the duration of an option, in seconds; 0 means no end. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError(`Expected a duration: ${DURATION_FORMS}.`);
}
