// The slash commands that the server runs, as far as the page must know them.

/** One command: its name, other names, the members of its usage line, and who may use it. */
export interface CommandEntry {
  readonly name: string;
  readonly others: readonly string[];
  readonly staff: boolean;
}

/** All commands, in the order of the help. A test compares them with those of the server. */
export const COMMANDS: readonly CommandEntry[] = [
  everybody("help", "aide"),
  everybody("join", "rejoindre"),
  everybody("leave", "quitter", "part"),
  everybody("channels", "salons", "list", "liste"),
  everybody("who", "qui", "users", "names"),
  everybody("whoami", "quisuisje"),
  everybody("msg", "mp", "w", "dm", "tell", "whisper", "message", "chuchoter"),
  everybody("me", "moi"),
  everybody("topic", "sujet"),
  everybody("history", "historique"),
  everybody("search", "chercher", "rechercher"),
  everybody("unread", "nonlus", "nouveaux"),
  everybody("nick", "pseudo"),
  everybody("password", "motdepasse", "mdp"),
  staff("kick", "exclure"),
  staff("mute", "muet"),
  staff("unmute", "parler", "parole"),
  staff("ban", "bannir"),
  staff("unban", "débannir"),
  staff("bans", "bannis"),
  staff("delete", "supprimer"),
  staff("announce", "annonce", "annoncer"),
  staff("close", "fermer"),
  staff("open", "ouvrir"),
];

/** A text that begins so is a command to the server: a slash and a letter. */
const COMMAND = /^\/(?=\p{L})/u;

/** The first word of a command: letters and digits, with signs between them. */
const COMMAND_WORD = /^\/(\p{L}[\p{L}\p{M}\p{Nd}_'-]{0,31})(?=\s|$)/u;

/** The command of a name that was typed, in English or French: case, accents and signs do not matter. */
export function findCommand(typed: string): CommandEntry | undefined {
  const wanted = plain(typed.slice(0, 32));
  return COMMANDS.find(({ name, others }) =>
    [name, ...others].some((each) => plain(each) === wanted)
  );
}

/** Whether the server runs a text in a channel as a command: known or mistyped, but not a path. */
export function isCommand(text: string): boolean {
  return COMMAND.test(text) && COMMAND_WORD.test(text);
}

/**
 * The content to send for a text that the user typed.
 *
 * In a channel, the server takes a slash and a letter for a command, and removes the first of two slashes.
 * A text whose first word cannot be the name of a command, such as `/etc/hosts`, and one that begins as a
 * comment, such as `// TODO`, get one more slash. A mistyped command is sent as it is: the server answers
 * it, and nobody else reads it. `//word` is the server's own way to say `/word`.
 */
export function contentOf(text: string, kind: "channel" | "private"): string {
  if (kind === "private") return text;
  const isPath = COMMAND.test(text) && !COMMAND_WORD.test(text);
  const isComment = /^\/\/(?!\p{L})/u.test(text);
  return isPath || isComment ? `/${text}` : text;
}

/** What the server stores of a content. */
export function storedOf(content: string, kind: "channel" | "private"): string {
  return kind === "channel" && content.startsWith("//") ? content.slice(1) : content;
}

function everybody(name: string, ...others: string[]): CommandEntry {
  return { name, others, staff: false };
}

function staff(name: string, ...others: string[]): CommandEntry {
  return { name, others, staff: true };
}

function plain(name: string): string {
  return name.normalize("NFD").replace(/[\p{M}_'-]/gu, "").toLowerCase();
}
