// The French texts of the faults: what is wrong, and how to fix it.
import type { ClientTexts } from "./texts.ts";

/** The texts. */
export const frFaults: ClientTexts["faults"] = {
  waits_for_greeting: {
    problem:
      "Le client n’a rien envoyé avant de recevoir une ligne : il attend un message d’accueil.",
    fix: "N’appelez pas readLine() avant d’avoir envoyé register, login ou un message.",
  },
  nothing_sent: {
    problem:
      "Le client est connecté, mais rien n’est arrivé, ni avant ni après une ligne du serveur.",
    fix:
      "Appelez flush() après chaque ligne, ou créez le PrintWriter avec autoflush et employez println().",
  },
  line_kept: {
    problem: "Le message « {text} » a été envoyé dans le client, mais n’est pas arrivé.",
    fix: "Appelez flush() après chaque ligne.",
  },
  before_login_reply: {
    problem: "Cette requête est partie après login, sans attendre sa réponse.",
    fix: "Lisez la réponse à login, et ne continuez que si son champ status vaut ok.",
  },
  register_is_no_login: {
    problem: "Après register, le client a envoyé cette requête sans login.",
    fix: "Envoyez login quand la réponse à register est arrivée, et attendez aussi la sienne.",
    rule: {
      page: "docs/fr/PROTOCOLE.md",
      heading: "S’inscrire et se connecter",
      quote: "L’inscription ne connecte pas : envoyez `login` ensuite.",
    },
  },
  after_failed_login: {
    problem:
      "Le serveur a refusé login (login_failed), et le client a continué comme si c’était ok.",
    fix: "Si type vaut error, affichez message et redemandez le nom et le mot de passe.",
  },
  no_newline: {
    problem:
      "L’objet est arrivé sans fin de ligne : le vrai serveur attendrait la suite, sans répondre.",
    fix: 'Écrivez "\\n" après chaque objet, ou employez println().',
  },
  several_objects: {
    problem: "Plusieurs objets sont sur une même ligne.",
    fix: 'Écrivez "\\n" après chaque objet.',
  },
  not_object: {
    problem: "Cette ligne est du JSON, mais pas un objet { … }.",
    fix: "Envoyez un objet, avec un champ type.",
  },
  not_json: {
    problem:
      "Cette ligne n’est pas du JSON. Un objet tient sur une seule ligne, avec des guillemets doubles.",
    fix:
      "Employez une bibliothèque JSON (json.dumps, Json.java, JSON.stringify), sans indentation.",
  },
  write_utf: {
    problem: "Deux octets de longueur précèdent le JSON : c’est DataOutputStream.writeUTF().",
    fix: 'Employez un OutputStreamWriter en UTF-8, puis write(json + "\\n") et flush().',
  },
  byte_order_mark: {
    problem: "Une marque d’ordre des octets (BOM) précède le JSON.",
    fix: "Écrivez en UTF-8 sans BOM.",
  },
  not_lines: {
    problem: "Ce ne sont pas des lignes de texte : TLS, objets Java sérialisés ou UTF-16.",
    fix: "Envoyez du texte en UTF-8 sur une connexion TCP simple.",
  },
  http: {
    problem: "C’est une requête HTTP, celle d’un navigateur ou d’un WebSocket.",
    fix: "check-client ne contrôle que les clients TCP : ouvrez une socket et envoyez des lignes.",
  },
  too_long: {
    problem: "Cette ligne dépasse 64 Kio. Le serveur ferme alors la connexion.",
    fix: 'Terminez chaque objet par "\\n", et limitez la longueur des messages.',
    rule: {
      page: "docs/fr/PROTOCOLE.md",
      heading: "Les règles",
      quote: "de 64 Kio au plus",
    },
  },
  bad_request: {
    problem: "Le serveur refuse cette requête : {reason}",
    fix: "Comparez la requête, champ par champ, avec son exemple dans la page.",
  },
  only_after_typing: {
    problem:
      "Le message ne s’est pas affiché pendant la saisie : le client ne lit que lorsqu’on envoie.",
    fix:
      "Lisez le serveur dans un fil (thread) à part, en boucle, et ne bloquez jamais la fenêtre.",
  },
  own_not_once: {
    problem:
      "« {text} » ne s’affiche pas exactement une fois. Le serveur ne le renvoie pas : il ne faut ni l’attendre, ni l’afficher encore à l’ack.",
    fix: "Affichez votre message au moment de l’envoi, et nulle part ailleurs.",
  },
  not_utf8: {
    problem:
      "Cette ligne n’est pas de l’UTF-8 : le client écrit dans le jeu de caractères du système (windows-1252).",
    fix:
      'Donnez le jeu de caractères : new OutputStreamWriter(flux, StandardCharsets.UTF_8), texte.encode("utf-8").',
  },
  lost_characters: {
    problem: "« {text} » est arrivé ainsi : « {content} ».",
    fix:
      "Employez UTF-8 pour lire le clavier et pour écrire sur la connexion ; dans la console de Windows : chcp 65001.",
  },
  encoded_twice: {
    problem: "Le texte est encodé deux fois : il est arrivé ainsi : « {content} ».",
    fix: "Encodez en UTF-8 une seule fois, au moment d’écrire sur la connexion.",
  },
  unescaped: {
    problem: 'Le message contient " ou \\ tels quels : la ligne n’est plus du JSON.',
    fix: 'Ne collez pas les textes avec + : employez une bibliothèque JSON, qui écrit \\" et \\\\.',
  },
  raw_newline: {
    problem: "Le retour à la ligne du message est parti tel quel, et coupe l’objet en deux lignes.",
    fix: "Employez une bibliothèque JSON, qui écrit \\n dans le texte.",
  },
  changed_text: {
    problem: "« {text} » est arrivé ainsi : « {content} ».",
    fix: 'Échappez " et \\ une seule fois, avec une bibliothèque JSON.',
  },
  not_decoded: {
    problem:
      'Le texte ne s’affiche pas exactement : des séquences comme \\u00e9, \\ud83d\\ude00 ou \\" ne sont pas décodées.',
    fix: "Lisez la ligne avec une bibliothèque JSON, au lieu de la découper.",
  },
  packets_are_no_lines: {
    problem:
      "Des lignes coupées, collées ou longues ne s’affichent pas toutes : le client prend une lecture pour une ligne.",
    fix:
      'Lisez jusqu’à "\\n" : BufferedReader.readLine(), makefile(), ou gardez le reste pour la lecture suivante.',
  },
  order_or_unknown: {
    problem:
      "Le message ne s’affiche pas si ses champs sont dans un autre ordre, ou s’il en a d’inconnus.",
    fix: "Prenez chaque champ par son nom dans l’objet décodé, et ignorez les autres.",
  },
  stopped_by_unknown_type: {
    problem: "Après une ligne d’un type inconnu, le client n’affiche plus rien.",
    fix: "Dans le switch sur type, ajoutez un cas par défaut qui ne fait rien.",
  },
  gave_up_slow: {
    problem: "Une ligne arrivée lentement, octet après octet, ne s’affiche pas.",
    fix: 'Gardez ce qui est arrivé jusqu’à "\\n", sans délai de lecture court.',
  },
  too_early: {
    problem: "Le message est reparti après {waited} s ; retry_after demandait {wanted} s.",
    fix: "Attendez retry_after secondes avant de renvoyer, sans bloquer la lecture.",
  },
  refusal_hidden: {
    problem:
      "Le serveur a refusé le message, et le client n’en dit rien : l’élève le croit envoyé.",
    fix: "Si type vaut error, affichez message, ou renvoyez après retry_after secondes.",
  },
  new_connection: {
    problem: "Après le refus, le client a ouvert une nouvelle connexion.",
    fix: "Renvoyez login sur la même connexion : le serveur la laisse ouverte.",
  },
  not_asked_again: {
    problem: "Après le refus, le client ne permet pas d’essayer un autre mot de passe.",
    fix: "Redemandez le nom et le mot de passe, et renvoyez login sur la même connexion.",
  },
  typed_from: {
    problem:
      "Le client envoie le nom tapé, {typed}, au lieu de {given}, donné par la réponse à login.",
    fix: "Gardez le champ username de la réponse à login ; from n’est pas nécessaire.",
  },
  typed_name: {
    problem:
      "Le client affiche le nom tapé, {typed}, au lieu de {given}, donné par la réponse à login.",
    fix: "Gardez le champ username de la réponse à login, et affichez-le.",
  },
  private_hidden: {
    problem: "Un message privé pour {given} ne s’affiche pas.",
    fix: "Affichez tout message dont subtype vaut private, sans comparer to au nom tapé.",
  },
  no_pause: {
    problem:
      "Le client revient sans attendre assez (attentes : {pauses}). Trente clients feraient tomber le serveur.",
    fix: "Attendez 1 s, puis 2 s, 4 s, … jusqu’à 60 s, plus une part aléatoire.",
  },
  same_pause: {
    problem:
      "L’attente ne grandit pas (attentes : {pauses}), alors que le serveur referme à chaque fois.",
    fix: "Doublez l’attente après chaque échec, et ne la remettez à 1 s qu’après un login ok.",
  },
  no_login_again: {
    problem: "Après la nouvelle connexion, le client n’a pas renvoyé login : il ne reçoit rien.",
    fix: "Renvoyez login avec le même nom et le même mot de passe dès la connexion ouverte.",
  },
  other_login: {
    problem: "Le client est revenu sous un autre nom : {name} au lieu de {before}.",
    fix: "Gardez le nom et le mot de passe du premier login.",
  },
  wrong_channel: {
    problem:
      "Après la coupure, le message est parti dans {went} ; l’élève écrivait dans {channel}.",
    fix: "Après login, renvoyez join pour le salon où l’élève écrivait.",
  },
  shown_twice_or_missing: {
    problem:
      "Des messages manquent, ou s’affichent deux fois : le même peut arriver seul et dans history.",
    fix:
      "Gardez les id affichés, et ignorez un message dont l’id est connu ; reconnaissez les vôtres à leur nonce.",
    rule: {
      page: "docs/PROTOCOL.md",
      heading: "How to reconnect",
      quote: "A message may arrive both in the history and by itself: drop ids that you have.",
    },
  },
  sent_again: {
    problem:
      "Le client a renvoyé un message qui était déjà enregistré : les autres le lisent deux fois.",
    fix: "Cherchez-le d’abord dans history, d’après son nonce.",
    rule: {
      page: "docs/PROTOCOL.md",
      heading: "How to send a message again",
      quote: "If it is not there, send it again, with the same nonce.",
    },
  },
  end_hidden: {
    problem: "Le serveur s’est arrêté, et le client n’en dit rien.",
    fix: 'Si la lecture rend la fin (null, "" ou -1), dites que la connexion est perdue.',
  },
  hammers: {
    problem: "Le client est revenu {waited} après l’arrêt du serveur.",
    fix: "Attendez 1 s, puis 2 s, 4 s, … avant de vous reconnecter.",
    rule: {
      page: "docs/PROTOCOL.md",
      heading: "How to reconnect",
      quote: "Wait 1 s, then 2 s, 4 s, … up to 60 s",
    },
  },
};
