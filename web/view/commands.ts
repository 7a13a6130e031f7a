// Names and describes the slash commands in the language of the page.
import type { CommandEntry } from "../model/slash.ts";
import type { Language, TextKey, Texts } from "../texts/catalogue.ts";

/** The arguments of each command, as text keys. A `?` marks an optional one. */
const USAGE: Readonly<Record<string, readonly string[]>> = {
  help: ["command?"],
  join: ["channel"],
  leave: ["channel?"],
  who: ["channel?"],
  msg: ["name", "text"],
  me: ["text"],
  topic: ["channel?", "text?"],
  history: ["number?"],
  search: ["words"],
  nick: ["name"],
  kick: ["name", "channel?", "reason?"],
  mute: ["name", "time?", "reason?"],
  unmute: ["name"],
  ban: ["name", "time?", "reason?"],
  unban: ["name"],
  delete: ["number", "reason?"],
  announce: ["text"],
  close: ["channel?", "reason?"],
  open: ["channel?"],
  private: ["policy?"],
};

/** Returns the name of a command in a language. A command without a French name has its English one. */
export function commandName({ name, others }: CommandEntry, language: Language): string {
  return language === "fr" ? others[0] ?? name : name;
}

/** Returns a command with its arguments. */
export function usageOf(command: CommandEntry, texts: Texts): string {
  const places = (USAGE[command.name] ?? []).map((place) => {
    const words = texts.say(`use_${place.replace("?", "")}` as TextKey);
    return place.endsWith("?") ? `[${words}]` : words;
  });
  return [`/${commandName(command, texts.language)}`, ...places].join(" ");
}

/** Returns what a command does. */
export function describe({ name }: CommandEntry, texts: Texts): string {
  return texts.say(`cmd_${name}` as TextKey);
}
