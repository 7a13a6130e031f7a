// Phrases that several parts of the chat write: reasons, spans of time, who acted, and what came while somebody was away.
import type { Asker } from "./permissions.ts";
import type { Texts } from "./texts/catalogue.ts";

/** What has the texts in force. */
interface Speaking {
  readonly texts: Texts;
}

/** How many messages came of whom, by the sender's name. */
export type Arrived = ReadonlyMap<string, number>;

/** One sentence for a window that has just opened. */
export function arrivedText(arrived: Arrived, texts: Texts): string {
  const [only] = arrived.keys();
  const count = totalOf(arrived);
  const command = arrived.size === 1 ? readCommand(only!, texts) : texts.say("usage_unread");
  return texts.say(count === 1 ? "arrived_one" : "arrived", { count, command });
}

/** How many messages came in total. */
export function totalOf(arrived: Arrived): number {
  return arrived.values().reduce((sum, count) => sum + count, 0);
}

/** The command that shows what somebody wrote. */
export function readCommand(name: string, texts: Texts): string {
  // The bearer of a name with spaces may be gone: then only quotes show where it ends.
  return texts.say("read_them", { name: name.includes(" ") ? `"${name}"` : name });
}

/** The end of a sentence that gives a reason, if there is one. */
export function because(reason: string, { texts }: Speaking): string {
  return reason === "" ? "" : texts.say("because", { reason });
}

/** How long something lasts, in words. */
export function untilText(
  until: number | null,
  now: number,
  { texts }: Speaking,
): string {
  if (until === null) return texts.say("until_lifted");
  return texts.say("for_time", { time: texts.duration((until - now) / 1000) });
}

/** How others are told who acted. */
export function shown(
  actor: Pick<Asker, "rank"> & { readonly name: string },
  { texts }: Speaking,
): string {
  return actor.rank === "operator" ? texts.say("the_operator") : actor.name;
}
