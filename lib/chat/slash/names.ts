// The names of the slash commands in English and French, and the command that a mistyped one probably means.
import { nearest } from "../../protocol/nearest.ts";
import type { CommandName } from "./command.ts";

/**
 * Aliases of each command. Case, accents, hyphens and underscores do not matter: `/Qui-suis-je` is `/quisuisje`.
 */
export const ALIASES: Readonly<Record<CommandName, readonly string[]>> = {
  help: ["aide"],
  join: ["rejoindre"],
  leave: ["quitter", "part"],
  channels: ["salons", "list", "liste"],
  who: ["qui", "users", "names"],
  msg: ["mp", "w", "dm", "tell", "whisper", "message", "chuchoter"],
  me: ["moi"],
  topic: ["sujet"],
  history: ["historique"],
  search: ["chercher", "rechercher"],
  unread: ["nonlus", "nouveaux"],
  nick: ["pseudo"],
  whoami: ["quisuisje"],
  password: ["motdepasse", "mdp"],
  kick: ["exclure"],
  mute: ["muet"],
  unmute: ["parler", "parole"],
  ban: ["bannir"],
  unban: ["débannir"],
  bans: ["bannis"],
  delete: ["supprimer"],
  announce: ["annonce", "annoncer"],
  close: ["fermer"],
  open: ["ouvrir"],
  hand: ["main"],
  hands: ["mains"],
  private: ["prives"],
};

/** Commands whose text others read. They are never suggested for text that may have been private. */
const PUBLISHES: ReadonlySet<CommandName> = new Set<CommandName>([
  "me",
  "topic",
  "announce",
  "nick",
  "close",
  "open",
]);

const NAMES = Object.keys(ALIASES) as CommandName[];
const LONGEST = 32;

const BY_PLAIN_NAME: ReadonlyMap<string, CommandName> = new Map(
  NAMES.flatMap((name) => namesOf(name).map((each) => [plain(each), name] as const)),
);

/** The name of a command and its other names. */
export function namesOf(name: CommandName): string[] {
  return [name, ...ALIASES[name]];
}

/** Returns the command with a name as typed, in English or French. */
export function findName(typed: string): CommandName | undefined {
  return typed.length > LONGEST ? undefined : BY_PLAIN_NAME.get(plain(typed));
}

/**
 * Returns the command that a mistyped name probably means.
 *
 * @param offered The commands that may be suggested.
 * @param hasWords Whether text follows the name. Then commands that publish it are not suggested.
 */
export function suggest(
  typed: string,
  offered: Iterable<CommandName>,
  hasWords: boolean,
): string | undefined {
  const fitting = [...offered].filter((name) => !hasWords || !PUBLISHES.has(name));
  return nearest(plain(typed.slice(0, LONGEST)), fitting.flatMap(namesOf).map(plain));
}

// Normalizing a long text would take time, so the caller limits it to LONGEST units.
function plain(name: string): string {
  return name.normalize("NFD").replace(/[\p{M}_'-]/gu, "").toLowerCase();
}
