// The French texts for the windows of old clients.
import type { en } from "./en_windows.ts";

/** All texts, as in `en`. */
export const fr: { readonly [K in keyof typeof en]: string } = {
  unsent: 'Non envoyé ({why}) : "{text}"',
  unsent_unread: "Non envoyé ({why}).",
  unsent_more: "Non envoyés ({why}) : {count} autres messages",
  unjoined: "Vous n'êtes pas entré ({why}).",

  why_muted: "muet",
  why_muted_for: "muet encore {time}",
  why_banned: "ce nom est banni",
  why_banned_for: "ce nom est banni encore {time}",
  why_too_fast: "trop vite, attendez {time}",
  why_too_long: "trop long : {bytes} octets pour {max}",
  why_guests: "connectez-vous d'abord",
  why_nobody: "absent ou inconnu : {name}",
  why_no_channel: "pas de salon {channel}",
  why_restricted: "ce salon est réservé",
  why_closed: "{channel} est fermé",
  why_read_only: "{channel} est en lecture seule",
  why_private_staff: "privé : seulement avec un modérateur",
  why_private_none: "messages privés suspendus",
  why_mail: "trop de messages attendent {name}",
  why_name_reserved: "nom réservé",
  why_name_characters: "caractère interdit dans le nom",
  why_name_length: "nom de plus de {max} caractères",
  why_name_marks: "trop d'accents dans le nom",
  why_account_name: "nom d'un compte, connectez-vous",
  why_look_alike: "nom trop proche d'un autre",
  why_busy: "serveur occupé, attendez {time}",
  why_disk: "disque du serveur plein",
  why_server: "erreur du serveur",

  arrived: "{count} messages arrivés en votre absence : {command}",
  arrived_one: "{count} message arrivé en votre absence : {command}",
  read_them: "/historique {name}",
  unread_head: "Arrivés en votre absence ({count})",
  unread_line: "{count} de {name} : {command}",
  unread_none: "Aucun message n'est arrivé en votre absence.",
  write_in: " Vous êtes maintenant dans {channel}.",
  write_elsewhere: " (Pour écrire ailleurs : /rejoindre {channel})",
};
