// Finds suggestions for a word: commands, names of people, channels.
import { isStaff } from "../model/permissions.ts";
import { type CommandEntry, COMMANDS } from "../model/slash.ts";
import type { App } from "../model/state.ts";
import { matching, type Word } from "../text/completion.ts";
import type { Texts } from "../texts/catalogue.ts";
import { commandName, describe, usageOf } from "./commands.ts";
import type { Suggestion } from "./suggestions.tsx";

/** The maximum number of suggestions. */
const MOST = 8;

/** Returns the suggestions for a word, best first. */
export function suggest(app: App, texts: Texts, { sign, typed }: Word): Suggestion[] {
  if (sign === "/") {
    const allowed = COMMANDS.filter((command) => !command.staff || isStaff(app.me));
    const name = (command: CommandEntry) => commandName(command, texts.language);
    const byOther = allowed.filter(({ others, name }) =>
      typed !== "" && [name, ...others].some((other) => other.startsWith(typed.toLowerCase()))
    );
    const found = new Set([...matching(allowed, typed, name), ...byOther]);
    return [...found].slice(0, MOST).map((command) => ({
      words: `/${name(command)}`,
      title: usageOf(command, texts),
      note: describe(command, texts),
    }));
  }
  if (sign === "#") {
    const channels = [...app.rooms.values()].filter(({ kind }) => kind === "channel");
    return matching(channels, typed, ({ name }) => name.slice(1)).slice(0, MOST)
      .map(({ name, topic }) => ({ words: name, title: name, note: topic }));
  }
  const people = [...app.people.values()].filter(({ online, key }) =>
    online && key !== app.me?.key
  );
  return matching(people, typed, ({ name }) => name).slice(0, MOST)
    .map(({ name, role }) => ({
      words: `@${name}`,
      title: name,
      note: role === "member" ? "" : texts.say(`role_${role}`),
    }));
}
