// What the console says, in French and in English.
import type { Language } from "../../chat/texts/catalogue.ts";

/** What is done to a connection or to the server. */
export type ActionName = "kick" | "mute" | "ban" | "disconnect" | "announce" | "reload";

/** All texts. */
export interface ConsoleTexts {
  readonly tooSmall: (columns: number, rows: number) => string;
  readonly connecting: string;
  readonly up: string;
  readonly connections: string;
  readonly members: string;
  readonly guests: string;
  readonly messages: string;
  readonly deliveries: string;
  readonly refused: string;
  readonly lag: string;
  readonly memory: string;
  readonly queued: string;
  readonly database: string;
  readonly perSecond: string;
  readonly columns: Readonly<
    Record<"conn" | "user" | "role" | "state" | "address" | "channel" | "idle", string>
  >;
  readonly shown: (shown: number, total: number) => string;
  readonly filter: string;
  readonly nobody: string;
  readonly events: string;
  readonly keys: string;
  readonly help: readonly string[];
  readonly nobodySelected: string;
  /** Asks for one thing about an action. */
  readonly ask: Readonly<Record<"for" | "reason" | "content" | "filter", string>>;
  readonly confirm: (action: ActionName, target: string) => string;
  readonly done: (action: ActionName, target: string) => string;
  readonly badDuration: string;
  readonly cancelled: string;
}

const ENGLISH: ConsoleTexts = {
  tooSmall: (columns, rows) => `Too small: ${columns}×${rows} at least.`,
  connecting: "Asking the server…",
  up: "up",
  connections: "Connections",
  members: "members",
  guests: "guests",
  messages: "Messages",
  deliveries: "Deliveries",
  refused: "Refused",
  lag: "Lag",
  memory: "Memory",
  queued: "To be written",
  database: "Database",
  perSecond: "/s",
  columns: {
    conn: "CONN",
    user: "USER",
    role: "ROLE",
    state: "STATE",
    address: "ADDRESS",
    channel: "CHANNEL",
    idle: "IDLE",
  },
  shown: (shown, total) => shown === total ? `${total} shown` : `${shown} of ${total} shown`,
  filter: "filter",
  nobody: "Nobody is connected.",
  events: "Latest events",
  keys: "k kick  m mute  b ban  d disconnect  a announce  r reload  / filter  ? help  q quit",
  help: [
    "↑ ↓ or J j, PgUp PgDn, Home End   choose a connection",
    "k   kick the user         m   mute the user for a time",
    "b   ban the name          d   close this one connection",
    "a   announce to everyone  r   read the settings again",
    "/   show only some (a name, an address)",
    "q   quit; the server goes on",
    "",
    "Enter goes on, Escape goes back. Any key closes this help.",
  ],
  nobodySelected: "Nobody is selected.",
  ask: {
    for: "For how long (10m, 2h, 1d; empty for ever)",
    reason: "Reason, told to the user (may be empty)",
    content: "Announcement to everyone",
    filter: "Name or address",
  },
  confirm: (action, target) => `${CONFIRM_ENGLISH[action]}${target}? (y/n)`,
  done: (action, target) => `${DONE_ENGLISH[action]}${target}.`,
  badDuration: "Expected a duration such as 10min, 2h30 or 1d.",
  cancelled: "Nothing was done.",
};

const CONFIRM_ENGLISH: Readonly<Record<ActionName, string>> = {
  kick: "Kick ",
  mute: "Mute ",
  ban: "Ban ",
  disconnect: "Close the connection of ",
  announce: "Announce this to everyone",
  reload: "Read the settings again",
};

const DONE_ENGLISH: Readonly<Record<ActionName, string>> = {
  kick: "Kicked ",
  mute: "Muted ",
  ban: "Banned ",
  disconnect: "Closed the connection of ",
  announce: "Announced",
  reload: "The settings are read again",
};

const FRENCH: ConsoleTexts = {
  tooSmall: (columns, rows) => `Trop petit : au moins ${columns}×${rows}.`,
  connecting: "Interrogation du serveur…",
  up: "depuis",
  connections: "Connexions",
  members: "membres",
  guests: "invités",
  messages: "Messages",
  deliveries: "Livraisons",
  refused: "Refus",
  lag: "Retard",
  memory: "Mémoire",
  queued: "À écrire",
  database: "Base",
  perSecond: "/s",
  columns: {
    conn: "CONN",
    user: "NOM",
    role: "RÔLE",
    state: "ÉTAT",
    address: "ADRESSE",
    channel: "SALON",
    idle: "INACTIF",
  },
  shown: (shown, total) =>
    shown === total ? `${total} affichées` : `${shown} affichées sur ${total}`,
  filter: "filtre",
  nobody: "Personne n'est connecté.",
  events: "Derniers événements",
  keys:
    "k expulser  m museler  b bannir  d déconnecter  a annoncer  r recharger  / filtrer  ? aide  q quitter",
  help: [
    "↑ ↓ ou J j, Page préc. et suiv., Début, Fin   choisir une connexion",
    "k   expulser l'utilisateur  m   le museler pour un temps",
    "b   bannir le nom           d   fermer cette seule connexion",
    "a   annoncer à tous         r   relire la configuration",
    "/   n'afficher que certaines (un nom, une adresse)",
    "q   quitter ; le serveur continue",
    "",
    "Entrée continue, Échap revient. Une touche ferme cette aide.",
  ],
  nobodySelected: "Personne n'est sélectionné.",
  ask: {
    for: "Pour combien de temps (10m, 2h, 1d ; vide : pour toujours)",
    reason: "Raison, dite à l'utilisateur (facultative)",
    content: "Annonce à tous",
    filter: "Nom ou adresse",
  },
  confirm: (action, target) => `${CONFIRM_FRENCH[action]}${target} ? (o/n)`,
  done: (action, target) => `${DONE_FRENCH[action]}${target}.`,
  badDuration: "Durée attendue, comme 10min, 2h30 ou 1j.",
  cancelled: "Rien n'a été fait.",
};

const CONFIRM_FRENCH: Readonly<Record<ActionName, string>> = {
  kick: "Expulser ",
  mute: "Museler ",
  ban: "Bannir ",
  disconnect: "Fermer la connexion de ",
  announce: "Annoncer ceci à tous",
  reload: "Relire la configuration",
};

const DONE_FRENCH: Readonly<Record<ActionName, string>> = {
  kick: "Expulsé : ",
  mute: "Muselé : ",
  ban: "Banni : ",
  disconnect: "Connexion fermée : ",
  announce: "Annonce faite",
  reload: "Configuration relue",
};

/** The texts of each language. */
export const CONSOLE_TEXTS: Readonly<Record<Language, ConsoleTexts>> = {
  en: ENGLISH,
  fr: FRENCH,
};
