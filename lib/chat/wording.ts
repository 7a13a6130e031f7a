// Phrases that several parts of the chat use: reasons, durations, actors, and messages that arrived while the user
// was away.
import type { Asker } from "./permissions.ts";
import type { Texts } from "./texts/catalogue.ts";

/** An object with the texts in force. */
interface Speaking {
  readonly texts: Texts;
}

/** The number of messages from each sender, by name. */
export type Arrived = ReadonlyMap<string, number>;

/** Returns one sentence about the messages that arrived before a window was ready. */
export function arrivedText(arrived: Arrived, texts: Texts): string {
  const [only] = arrived.keys();
  const count = totalOf(arrived);
  const command = arrived.size === 1 ? readCommand(only!, texts) : texts.say("usage_unread");
  return texts.say(count === 1 ? "arrived_one" : "arrived", { count, command });
}

/** Returns the total number of messages. */
export function totalOf(arrived: Arrived): number {
  return arrived.values().reduce((sum, count) => sum + count, 0);
}

/** Returns the command that shows the messages of a user. */
export function readCommand(name: string, texts: Texts): string {
  // The user may be gone. Then only quotes show where a name with spaces ends.
  return texts.say("read_them", { name: name.includes(" ") ? `"${name}"` : name });
}

/** Returns the end of a sentence that gives the reason, or an empty text without one. */
export function because(reason: string, { texts }: Speaking): string {
  return reason === "" ? "" : texts.say("because", { reason });
}

/** Returns the text for the end of a mute or ban. */
export function untilText(
  until: number | null,
  now: number,
  { texts }: Speaking,
): string {
  if (until === null) return texts.say("until_lifted");
  return texts.say("for_time", { time: texts.duration((until - now) / 1000) });
}

/** Returns how the actor is shown to others. */
export function shown(
  actor: Pick<Asker, "rank"> & { readonly name: string },
  { texts }: Speaking,
): string {
  return actor.rank === "operator" ? texts.say("the_operator") : actor.name;
}
