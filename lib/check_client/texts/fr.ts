// The French texts of the checks: titles with their rules, steps and questions.
import type { ClientTexts, Rule } from "./texts.ts";

const FRENCH_PAGE = "docs/fr/PROTOCOLE.md";
const ENGLISH_PAGE = "docs/PROTOCOL.md";

const regle = (quote: string): Rule => ({ page: FRENCH_PAGE, heading: "Les règles", quote });
const connexion = (quote: string): Rule => ({
  page: FRENCH_PAGE,
  heading: "S’inscrire et se connecter",
  quote,
});
const english = (heading: string, quote: string): Rule => ({ page: ENGLISH_PAGE, heading, quote });

/** The texts. */
export const fr: Omit<ClientTexts, "faults"> = {
  frame: {
    intro:
      "Ce programme joue le serveur. Faites dans votre client ce qui est écrit ici, puis répondez\n" +
      "aux questions par o (oui) ou n (non). Entrée seule passe l’étape. Ctrl-C arrête et donne le bilan.",
    listening: "Il attend votre client sur {host}, port {port}.",
    login: "Nom : {name}   Mot de passe : {password}",
    register: "Créez un compte. Nom : {name}   Mot de passe : {password}",
    yesNo: "(o/n)",
    found: "{status} : {title}",
    place: "{page}, « {heading} » : {quote}",
    report: "BILAN",
    summary:
      "Échecs : {failed}. Réussis : {passed}. Non faits (conseillés) : {not_done}. Non essayés : {not_tried}.",
    sent: "Reçu :",
    problem: "Problème :",
    rule: "Règle :",
    fix: "Correction :",
    statuses: {
      passed: "réussi",
      failed: "ÉCHEC",
      not_done: "non fait",
      not_tried: "non essayé",
    },
    over: {
      nobody:
        "Le contrôle s’est arrêté : aucun client ne s’est connecté à {host}, port {port}, ou il n’a plus répondu.",
      time: "Le contrôle s’est arrêté : sa durée maximale est atteinte.",
      stopped: "Le contrôle a été interrompu.",
      flood: "Le contrôle s’est arrêté : le client envoie sans fin.",
    },
  },
  checks: {
    "no-greeting": {
      title: "Le client parle le premier",
      rule: regle("Le serveur ne parle jamais le premier : pas de message d’accueil."),
    },
    flush: {
      title: "Chaque ligne part tout de suite",
      rule: regle("Sans fin de ligne, le serveur attend la suite."),
    },
    "login-awaited": {
      title: "La réponse à login est attendue",
      rule: connexion(
        "La réponse à `login` ou à `register` est toujours la première ligne qui suit la requête.",
      ),
    },
    "one-line": {
      title: "Un objet JSON par ligne",
      rule: regle("Chaque ligne est **un objet JSON suivi d’une fin de ligne**"),
    },
    requests: {
      title: "Le serveur comprend toutes les requêtes",
      rule: english("Errors", "a member is missing or wrong, or the request makes no sense now"),
    },
    receiving: {
      title: "Le client reçoit pendant la saisie",
      rule: regle("Lisez en continu, et triez selon `type`."),
    },
    "own-once": {
      title: "Ses propres messages s’affichent une fois",
      rule: regle("Il ne vous renvoie pas vos propres messages : affichez-les vous-même."),
    },
    "utf-8": {
      title: "é, € et les emoji partent en UTF-8",
      rule: regle("Envoyez de l’UTF-8."),
    },
    escaping: {
      title: "Guillemets, \\ et retours à la ligne sont échappés",
      rule: regle("Chaque ligne est **un objet JSON suivi d’une fin de ligne**"),
    },
    decoding: {
      title: '\\u00e9, \\" et \\\\ sont décodés',
      rule: regle("`é` arrive sous la forme `\\u00e9`, et tout analyseur JSON le décode."),
    },
    packets: {
      title: "Une ligne coupée ou collée à d’autres est lue",
      rule: english("Framing", "A client may read with any charset and split its reads anywhere."),
    },
    members: {
      title: "L’ordre des champs et les champs inconnus ne gênent pas",
      rule: regle("Ignorez les `type` et les champs que vous ne connaissez pas"),
    },
    "unknown-type": {
      title: "Un type inconnu est ignoré",
      rule: regle("Ignorez les `type` et les champs que vous ne connaissez pas"),
    },
    "slow-network": {
      title: "Un réseau lent ne gêne pas",
      rule: english("Framing", "A client may read with any charset and split its reads anywhere."),
    },
    "retry-after": {
      title: "retry_after est respecté",
      rule: english("Errors", "The request had no effect: send it again after `retry_after`."),
    },
    "same-connection": {
      title: "Un mot de passe refusé se redemande sur la même connexion",
      rule: connexion(
        "Après un échec, la connexion reste ouverte : réessayez sans vous reconnecter.",
      ),
    },
    "given-name": {
      title: "Le nom est celui que le serveur a donné",
      rule: english("Joining", '`{"type":"login","status":"ok","username":U}`, U as registered'),
    },
    "back-off": {
      title: "Après une coupure, l’attente grandit",
      rule: english("How to reconnect", "Wait 1 s, then 2 s, 4 s, … up to 60 s"),
      advice:
        "Un client qui revient seul évite à l’élève de se reconnecter après chaque coupure du Wi-Fi.",
    },
    "login-again": {
      title: "Après une coupure, le client se reconnecte à son compte",
      rule: english("How to reconnect", "Log in again, or send the first message as a guest."),
      advice: "Gardez le nom et le mot de passe en mémoire, et renvoyez login.",
    },
    rejoin: {
      title: "Après une coupure, le client revient dans son salon",
      rule: english("How to reconnect", "Send `join` for the channel where the user was writing."),
      advice: "Renvoyez join pour le salon où l’élève écrivait.",
    },
    "catch-up": {
      title: "Ce qui a été manqué s’affiche, sans doublon",
      rule: english(
        "How to reconnect",
        "For each channel, ask for `history` with `after` the last id that you have",
      ),
      advice: "Après login, demandez history avec after, et ignorez les id déjà affichés.",
    },
    "server-stop": {
      title: "L’arrêt du serveur se remarque",
      rule: english("Notices", "everybody who has joined, before the server stops"),
    },
    ref: {
      title: "ref dit si un message est arrivé",
      rule: {
        page: FRENCH_PAGE,
        heading: "Savoir si c’est arrivé",
        quote:
          "Ajoutez un `ref` de votre choix : la requête reçoit alors exactement une réponse, qui porte le même `ref`.",
      },
      advice:
        "Ajoutez ref à vos messages : l’ack ou l’erreur qui le porte dit ce qu’ils deviennent.",
    },
  },
  steps: {
    start: "Démarrez votre client et connectez-le à {host}, port {port}." +
      " (Sans compte dans votre client : envoyez « ok ».)",
    restart: "Fermez votre client, redémarrez-le, et connectez-le à {host}, port {port}.",
    login: "Connectez-vous maintenant.",
    type: "Envoyez ce message à tous :",
    begin_typing: "Commencez à taper, SANS envoyer :",
    finish_typing: "Envoyez maintenant ce que vous avez commencé à taper.",
    join_channel: "Rejoignez le salon #dev, par exemple ainsi :",
    two_lines: "Envoyez un message de deux lignes :",
    wrong_password:
      "Fermez votre client et redémarrez-le (port {port}). Donnez un MAUVAIS mot de passe.",
    right_password:
      "Le serveur a refusé. Sans fermer le client, donnez maintenant le bon mot de passe.",
    cut: "Envoyez ce message : la connexion est alors coupée. N’y touchez plus, attendez :",
    stop: "Le serveur s’arrête. Ne touchez pas à votre client, attendez.",
    end: "C’est fini. Vous pouvez fermer votre client.",
  },
  questions: {
    filled: "Rien n’est arrivé. Avez-vous rempli les champs de votre client et validé ?",
    did_type: "Rien n’est arrivé. Avez-vous envoyé ce message ?",
    began: "Avez-vous commencé à taper, sans envoyer ?",
    seen: "Votre client affiche-t-il ces textes, exactement, chacun une seule fois ?",
    several_lines: "Votre client permet-il d’écrire un message de plusieurs lignes ?",
    told_refusal: "Le serveur a refusé ce message. Votre client le dit-il ?",
    asked_again: "Votre client permet-il de donner un autre mot de passe, sans le redémarrer ?",
    name_shown:
      "Ce message porte-t-il le nom {given}, et nulle part {typed} ? (o aussi s’il n’affiche pas de nom)",
    channels: "Votre client sait-il rejoindre un salon ?",
    told_end: "Votre client dit-il que la connexion est perdue ?",
  },
};
