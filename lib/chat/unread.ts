// What came while somebody was away, in words: how many messages, and how to read them.
import type { Texts } from "./texts/catalogue.ts";

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
