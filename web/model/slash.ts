// Lists the slash commands of the server, and tells commands from other texts.

/** One command: its name, its other names, the parts of its usage line, and who may use it. */
export interface CommandEntry {
  readonly name: string;
  readonly others: readonly string[];
  readonly staff: boolean;
}

/** All commands, in the order of the help. A test compares them with the server's. */
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
  everybody("hand", "main"),
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
  staff("hands", "mains"),
  staff("private", "prives"),
];

/** Matches the beginning of a text that the server treats as a command: a slash and a letter. */
const COMMAND = /^\/(?=\p{L})/u;

/** Matches the first word of a command: letters and digits, with punctuation between them. */
const COMMAND_WORD = /^\/(\p{L}[\p{L}\p{M}\p{Nd}_'-]{0,31})(?=\s|$)/u;

/** Returns the command with a typed name, in English or French. Case, accents and punctuation are ignored. */
export function findCommand(typed: string): CommandEntry | undefined {
  const wanted = plain(typed.slice(0, 32));
  return COMMANDS.find(({ name, others }) =>
    [name, ...others].some((each) => plain(each) === wanted)
  );
}

/** Whether the server treats a channel message as a command. Mistyped commands count; paths do not. */
export function isCommand(text: string): boolean {
  return COMMAND.test(text) && COMMAND_WORD.test(text);
}

/**
 * Returns the content to send for a text that the user typed.
 *
 * In a channel, the server treats a slash and a letter as a command, and removes the first of two slashes. Two kinds
 * of text get one more slash: a text that begins like a comment, such as `// TODO`, and a text whose first word
 * cannot be the name of a command, such as `/etc/hosts`. A mistyped command is sent unchanged: the server replies to
 * it, and no other user reads it. `//word` is the server's own notation for `/word`.
 */
export function contentOf(text: string, kind: "channel" | "private"): string {
  if (kind === "private") return text;
  const isPath = COMMAND.test(text) && !COMMAND_WORD.test(text);
  const isComment = /^\/\/(?!\p{L})/u.test(text);
  return isPath || isComment ? `/${text}` : text;
}

/** Returns the text that the server stores for a content. */
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
