// The console's French texts about its pages and their actions.
import { clock } from "../../terminal/units.ts";
import type { ActionName } from "../actions.ts";
import type { KeyHint, PageTexts } from "./texts.ts";

/** The beginning of the question before each action, and the beginning of its result. */
const ACTS: Readonly<Record<ActionName, readonly [ask: string, done: string]>> = {
  kick: ["Exclure ", "Exclu : "],
  mute: ["Rendre muet ", "Muet : "],
  ban: ["Bannir ", "Banni : "],
  disconnect: ["Fermer la connexion de ", "Connexion fermée : "],
  announce: ["Annoncer ceci à tous", "Annonce faite"],
  reload: ["Recharger la configuration", "Configuration rechargée"],
  user_add: ["Créer le compte ", "Compte créé : "],
  class_import: ["Importer ", "Importé : "],
  user_role: ["Changer le rôle de ", "Rôle changé : "],
  user_passwd: ["Changer le mot de passe de ", "Mot de passe changé : "],
  user_disable: ["Désactiver ", "Désactivé : "],
  user_enable: ["Réactiver ", "Réactivé : "],
  group_create: ["Créer le groupe ", "Groupe créé : "],
  group_add: ["Ajouter ces comptes à ", "Comptes ajoutés à "],
  group_remove: ["Retirer ces comptes de ", "Comptes retirés de "],
  group_delete: ["Supprimer le groupe ", "Groupe supprimé : "],
  invite_create: ["Créer cette invitation", "Invitation créée"],
  invite_revoke: ["Révoquer l'invitation ", "Invitation révoquée : "],
  registration_open: ["Ouvrir les inscriptions", "Inscriptions ouvertes"],
  registration_close: ["Fermer les inscriptions", "Inscriptions fermées"],
};

const EVERYWHERE: readonly KeyHint[] = [
  { key: "/", label: "filtre" },
  { key: "Tab", label: "page" },
  { key: "?", label: "aide" },
  { key: "q", label: "quitter" },
];

/** The texts. */
export const PAGES_FRENCH: PageTexts = {
  pages: {
    clients: "Connexions",
    accounts: "Comptes",
    groups: "Groupes",
    invites: "Invitations",
  },
  columns: {
    conn: "CONN",
    user: "NOM",
    role: "RÔLE",
    state: "ÉTAT",
    address: "ADRESSE",
    channel: "SALON",
    idle: "INACTIF",
    node: "NŒUD",
    login: "DERNIÈRE VISITE",
    created: "CRÉÉ LE",
    group: "GROUPE",
    kind: "NATURE",
    members: "COMPTES",
    invite: "N°",
    code: "CODE",
    uses: "SERVI",
    expires: "EXPIRE",
  },
  empty: {
    clients: "Personne n'est connecté.",
    accounts: "Il n'y a pas encore de compte.",
    groups: "Il n'y a pas encore de groupe.",
    invites: "Il n'y a pas d'invitation.",
  },
  nothingSelected: {
    clients: "Aucune connexion n'est sélectionnée.",
    accounts: "Aucun compte n'est sélectionné.",
    groups: "Aucun groupe n'est sélectionné.",
    invites: "Aucune invitation n'est sélectionnée.",
  },
  nothingFound: "Rien ne correspond au filtre. Échap le retire.",
  disabled: "désactivé",
  classKind: "classe",
  inviteStates: { open: "ouverte", used: "épuisée", expired: "expirée", revoked: "révoquée" },
  registrationOpen: ({ network, until }) =>
    `inscriptions ouvertes jusqu'à ${clock(until)}${
      network === undefined ? "" : ` pour ${network}`
    }`,
  keys: {
    clients: [
      { key: "k", label: "exclure" },
      { key: "m", label: "muet" },
      { key: "b", label: "bannir" },
      { key: "d", label: "fermer" },
      { key: "a", label: "annonce" },
      { key: "r", label: "recharger" },
      ...EVERYWHERE,
    ],
    accounts: [
      { key: "a", label: "créer" },
      { key: "o", label: "rôle" },
      { key: "p", label: "mot de passe" },
      { key: "d", label: "désactiver" },
      { key: "i", label: "importer" },
      ...EVERYWHERE,
    ],
    groups: [
      { key: "a", label: "créer" },
      { key: "+", label: "ajouter" },
      { key: "-", label: "retirer" },
      { key: "x", label: "supprimer" },
      ...EVERYWHERE,
    ],
    invites: [
      { key: "a", label: "créer" },
      { key: "x", label: "révoquer" },
      { key: "o", label: "ouvrir" },
      { key: "c", label: "fermer" },
      ...EVERYWHERE,
    ],
  },
  help: {
    clients: [
      "k   exclure l'utilisateur     m   le rendre muet pour un temps",
      "b   bannir le nom             d   fermer cette seule connexion",
      "a   annoncer à tous           r   recharger la configuration",
    ],
    accounts: [
      "a   créer un compte           o   changer le rôle",
      "p   changer le mot de passe   d   désactiver, ou réactiver",
      "i   importer une classe",
    ],
    groups: [
      "a   créer un groupe           x   le supprimer",
      "+   ajouter des comptes       -   en retirer",
    ],
    invites: [
      "a   créer une invitation      x   la révoquer",
      "o   ouvrir les inscriptions   c   les fermer",
    ],
  },
  helpEverywhere: [
    "1 2 3 4, Tab   connexions, comptes, groupes, invitations",
    "↑ ↓ ou J j, Page préc. et suiv., Début, Fin   choisir   /   filtrer",
    "Entrée valide, Échap annule. q quitte ; le serveur continue.",
  ],
  ask: {
    for: "Pour combien de temps (10min, 2h30, 1j ; vide : sans fin)",
    reason: "Motif, montré à l'utilisateur (facultatif)",
    content: "Annonce à tous",
    filter: "Texte à chercher",
    name: "Nom",
    password: "Mot de passe (vide : en générer un)",
    role: "Rôle (member, moderator, admin)",
    users: "Comptes, séparés par des virgules",
    uses: "Combien de fois",
    expires: "Pour combien de temps (30min, 2h, 7j)",
    channel: "Salon (vide : aucun)",
    register: "Permet-elle de créer un compte ? (o/n)",
    network: "Réseau, comme 10.0.0.0/8 (vide : tous)",
    file: "Liste de la classe, un fichier CSV",
    sheet: "Fichier pour les étiquettes des mots de passe",
  },
  wrong: {
    for: "Durée attendue, comme 10min, 2h30 ou 1j.",
    expires: "Durée attendue, comme 10min, 2h30 ou 1j.",
    role: "Attendu : member, moderator ou admin.",
    uses: "Un nombre de 1 à 1000 est attendu.",
    register: "Attendu : o ou n.",
  },
  confirm: (action, subject) => `${ACTS[action][0]}${subject} ? (o/n)`,
  done: (action, subject, detail) =>
    `${ACTS[action][1]}${subject}${detail === "" ? "." : ` : ${detail}`}`,
  imported: ({ add, move, change, keep }, sheet) =>
    `Import : ${add} créés, ${move} déplacés, ${change} modifiés, ${keep} inchangés. Étiquettes : ${sheet}`,
  importing: (done, of) => `Mots de passe : ${done} sur ${of}`,
  cancelled: "Rien n'a été fait.",
};
