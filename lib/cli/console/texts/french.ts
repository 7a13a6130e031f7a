// The console's French texts.
import { size, span } from "../../terminal/units.ts";
import { lookup } from "../lookup.ts";
import { PAGES_FRENCH } from "./pages_french.ts";
import type { ConsoleTexts, EventFields } from "./texts.ts";

const ROLES: Readonly<Record<string, string>> = {
  admin: "admin",
  moderator: "modérateur",
  member: "membre",
  guest: "invité",
  unjoined: "pas entré",
  operator: "opérateur",
};

const STATES: Readonly<Record<string, string>> = {
  online: "en ligne",
  away: "absent",
  dnd: "occupé",
  "do not disturb": "occupé",
  invisible: "invisible",
  offline: "hors ligne",
};

const LIMITS: Readonly<Record<string, string>> = {
  connections: "le serveur est complet",
  connections_per_address: "trop de connexions depuis cette adresse",
  banned: "l'adresse est bannie",
  proxy_header: "en-tête PROXY absent ou invalide",
};

const REASONS: Readonly<Record<string, string>> = {
  error: "erreur réseau",
  timeout: "connexion perdue",
  unjoined: "n'est pas entré à temps",
  slow_consumer: "lit trop lentement",
  metrics: "métriques lues",
  web: "requête d’un navigateur",
  shutdown: "le serveur s'arrête",
  kicked: "exclu",
  banned: "banni",
  signed_out: "session fermée ailleurs",
  proxy_header: "en-tête PROXY absent ou invalide",
  malformed_lines: "lignes invalides",
  line_too_long: "ligne trop longue",
  flooding: "trop de messages",
};

const LOGINS: Readonly<Record<string, string>> = {
  ok: "s'est identifié",
  failed: "n'a pas réussi à s'identifier",
  throttled: "doit attendre avant un nouvel essai",
  busy: "n'a pas pu s'identifier : serveur occupé",
  banned: "n'a pas pu s'identifier : banni",
};

const ACTS: Readonly<Record<string, string>> = {
  kick: "a exclu",
  mute: "a rendu muet",
  unmute: "a rendu la parole à",
  ban: "a banni",
  unban: "a débanni",
  delete: "a supprimé le message",
  topic: "a changé le sujet",
  announce: "a fait une annonce",
  close_channel: "a fermé le salon",
  open_channel: "a ouvert le salon",
  policy: "a changé la règle des messages :",
  report: "a signalé un message de",
  channel_create: "a créé le salon",
  channel_delete: "a supprimé le salon",
  channel_update: "a modifié le salon",
  disconnect: "a fermé la connexion de",
  user_add: "a créé le compte",
  user_end_sessions: "a fermé les sessions de",
  user_passwd: "a changé le mot de passe de",
  user_role: "a changé le rôle de",
  user_disable: "a désactivé le compte",
  user_enable: "a réactivé le compte",
  user_delete: "a supprimé le compte",
  user_erase: "a effacé le compte",
  invite_create: "a créé l'invitation",
  invite_revoke: "a révoqué l'invitation",
  registration_open: "a ouvert les inscriptions",
  registration_close: "a fermé les inscriptions",
  class_import: "a importé la classe",
  group_create: "a créé le groupe",
  group_delete: "a supprimé le groupe",
  group_rename: "a renommé le groupe",
  group_add: "a ajouté à un groupe :",
  group_remove: "a retiré d'un groupe :",
  reload: "a rechargé la configuration",
  shutdown: "a arrêté le serveur",
  user_export: "a exporté toutes les données de",
  export_private: "a exporté des messages privés",
  cluster_forget: "a retiré de la grappe :",
  cluster_step_down: "a confié la direction de la grappe à un autre serveur que",
};

/** Failures, by the text that the server sends. */
const FAILURES: Readonly<Record<string, string>> = {
  "messages could not be stored": "des messages n'ont pas pu être enregistrés",
};

function named(names: Readonly<Record<string, string>>, name: string): string {
  return lookup(names, name) ?? name;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count < 2 ? one : many}`;
}

function failure(what: string): string {
  return what.replace(/^the handler of (.+) failed$/, "erreur pendant la requête $1");
}

function act({ by, action, target, channel, until, reason }: EventFields): string {
  const where = channel === "" ? "" : ` ${target === "" ? "" : "dans "}${channel}`;
  const end = until === "" ? "" : ` jusqu'à ${until}`;
  const why = reason === "" ? "" : ` : ${reason}`;
  return `${by} ${named(ACTS, action)}${target && ` ${target}`}${where}${end}${why}`;
}

/** The texts. */
export const FRENCH: ConsoleTexts = {
  tooSmall: (columns, rows) => `Trop petit : au moins ${columns}×${rows}.`,
  connecting: "Chargement…",
  up: "démarré depuis",
  ofCluster: (node, leader) =>
    leader === undefined
      ? `${node}, grappe sans direction`
      : node === leader
      ? `${node}, dirige`
      : `${node}, dirigé par ${leader}`,
  connections: "Connexions",
  members: (count) => plural(count, "membre"),
  guests: (count) => plural(count, "invité"),
  bans: (count) => plural(count, "bannissement"),
  messages: "Messages",
  deliveries: "Remises",
  refused: "Refus",
  lag: "Latence",
  memory: "Mémoire",
  queued: "En attente",
  passwords: "Mots de passe en attente",
  database: "Base",
  rate: (perSecond) => `${String(perSecond).replace(".", ",")}/s`,
  size: (bytes) => size(bytes).replace(".", ",").replace(/B$/, "o"),
  span: (seconds) => span(seconds).replace("d", "j"),
  roles: ROLES,
  states: STATES,
  shown: (shown, total) => shown === total ? String(total) : `${shown} sur ${total}`,
  filter: (filter) => `filtre : ${filter}`,
  eventsHead: "Derniers événements",
  noEvents: "Rien ne s'est encore passé.",
  events: {
    connected: ({ peer }) => `connexion de ${peer}`,
    disconnected: ({ peer, reason }) =>
      `déconnexion de ${peer}${reason === "client" ? "" : ` : ${named(REASONS, reason)}`}`,
    refused_connection: ({ peer, limit }) => `${peer} refusé : ${named(LIMITS, limit)}`,
    joined: ({ user, kind }) => `${user} est entré (${named(ROLES, kind)})`,
    left: ({ user }) => `${user} est parti`,
    registered: ({ user }) => `${user} a créé un compte`,
    login: ({ user, result }) => `${user} ${named(LOGINS, result)}`,
    state: ({ user, state }) => `${user} : ${named(STATES, state)}`,
    offence: ({ peer, offence }) =>
      offence === "guessing_invites"
        ? `${peer} a essayé de faux codes d'invitation`
        : `${peer} déconnecté : ${named(REASONS, offence)}`,
    refused: ({ peer, code }) => `requête de ${peer} refusée : ${code}`,
    messages: () => "messages remis",
    guessing: ({ user, network, failures }) =>
      `${failures} échecs de ${user} aujourd'hui depuis ${network}`,
    moderated: act,
    mail: ({ peer, messages }) =>
      `${peer} a reçu ${plural(Number(messages), "message conservé", "messages conservés")}`,
    failure: ({ what }) => `erreur : ${failure(named(FAILURES, what))}`,
  },
  ...PAGES_FRENCH,
};
