// The French texts of errors, by reason or by code. Labels cut them, so the first 40 characters say what is wrong.
import type { en } from "./en_errors.ts";

/** All texts, as in `en`. */
export const fr: { readonly [K in keyof typeof en]: string } = {
  error_bad_json:
    'Cette ligne n\'est pas du JSON valide. Envoyez un objet par ligne, par exemple {"type":"ping"}, suivi d\'un saut de ligne.',
  error_bad_request: "Cette demande n'est pas valide.",
  error_unknown_type: "Type inconnu : {got}. Types possibles : {types}.",
  error_line_too_long: "Ligne trop longue : {bytes} octets ou plus, {max} permis.",
  error_content_too_long: "Message trop long : {bytes} octets, {max} permis.",
  error_bad_username: "Ce nom n'est pas valide.",
  error_weak_password: "Mot de passe : {min} à {max} caractères, pas {length}.",
  error_username_taken: "Ce nom est déjà pris.",
  error_login_failed: "Nom ou mot de passe incorrect.",
  error_session_expired: "Votre session est terminée. Connectez-vous de nouveau.",
  error_login_required: "Connectez-vous, ou envoyez d'abord un message.",
  error_unknown_user: "Personne ne s'appelle {name}.",
  error_unknown_channel: "Le salon {channel} n'existe pas.",
  error_not_in_channel: "Vous n'êtes pas dans {channel}.",
  error_forbidden: "Vous n'en avez pas le droit.",
  error_muted: "Vous êtes muet jusqu'à nouvel ordre.{because}",
  error_banned: "Vous êtes banni jusqu'à nouvel ordre.{because}",
  error_rate_limited: "Trop vite. Réessayez dans {time}.",
  error_throttled: "Réessayez dans {time} : trop d'échecs de connexion.",
  error_too_many_connections: "Trop de connexions.",
  error_busy: "Serveur occupé. Réessayez dans {time}.",
  error_shutting_down: "Le serveur s'arrête.",
  error_internal: "Erreur du serveur. Votre demande n'a eu aucun effet.",

  error_not_object: "Attendu : un objet JSON par ligne ; reçu : {got}.",
  error_several_objects:
    "Plusieurs objets sur une ligne. Terminez chaque objet par un saut de ligne (\\n).",
  error_bare_command: "Envoyez la commande en JSON : {example}",
  error_too_deep: "Trop d'imbrications : {max} niveaux au plus.",
  error_unreadable: "Cette ligne est illisible.",
  error_member: "Champ {member} : attendu {expected}, reçu {got}.",
  error_members_too_long:
    "Champs supplémentaires trop longs : {bytes} octets en ASCII, {max} permis.",
  error_usage: "Usage : {usage}",
  error_duration:
    "Durée attendue : 90s, 10m ou 10min, 2h, 2h30, 1h30m, 1d ou 1j, 1w, 0 pour sans fin. " +
    "Un motif ne commence pas par un nombre et une unité.",

  error_name_length: "Un nom compte de 1 à {max} caractères, pas {length}.",
  error_name_marks: "Au plus {max} accents sur une lettre d'un nom.",
  error_name_characters:
    "Caractère interdit dans un nom. Permis : lettres, chiffres, emoji, espaces intérieures, _ - . ' ~ ( ) & , + ! / " +
    "(mais ni + ni ! ni / au début).",
  error_name_reserved: "Ce nom est réservé. Choisissez-en un autre.",
  error_account_exists: "Ce nom est pris par un compte. Choisissez-en un autre.",
  error_account_name: "Ce nom est pris par un compte. Connectez-vous, ou choisissez-en un autre.",
  error_guest_name: "Ce nom est pris par un invité en ligne.",
  error_look_alike: "Ce nom ressemble à celui d'un compte. Choisissez-en un autre.",
  error_channel_name:
    "Nom de salon : # puis 1 à 32 lettres, chiffres, points, tirets ou tirets bas.",
  error_guests_only: "Seul un invité peut changer de nom. Le vôtre est celui de votre compte.",
  error_logged_out: 'Reconnectez-vous, ou donnez un nom d\'invité dans "from".',
  error_guests_refused: "Connectez-vous : ce serveur n'accepte pas les invités.",
  error_accounts: "Connectez-vous : sans compte, pas d'historique privé.",
  error_password_owner: "Connectez-vous : seul un compte a un mot de passe.",
  error_no_account: "Aucun compte ne s'appelle {name}.",
  error_accounts_closed:
    "Interdit par cette socket d'administration : admin.accounts vaut false. Mettez true pour l'autoriser.",
  error_clear_management: "Les comptes ne se gèrent qu'en TLS. Connectez-vous en TLS.",
  error_registration_closed: "Inscriptions fermées. Adressez-vous à l'administrateur.",
  error_clear_password: "Mot de passe refusé sans TLS. Connectez-vous en TLS.",
  error_clear_password_port:
    "Mot de passe refusé sans TLS : connectez-vous en TLS sur le port {port}.",

  error_restricted: "Ce salon est réservé.",
  error_closed: "Salon fermé : {channel}.",
  error_read_only: "Seuls les modérateurs peuvent écrire dans {channel}.",
  error_create_members: "Ce salon n'existe pas. Seuls les membres peuvent en créer un.",
  error_create_moderators: "Ce salon n'existe pas. Seuls les modérateurs peuvent en créer un.",
  error_too_many_channels:
    "Limite de {max} salons atteinte. Demandez à un administrateur d'en supprimer un.",
  error_too_many_joined: "Limite de salons rejoints ({max}) atteinte. Quittez-en un d'abord.",
  error_too_many_made: "Limite de salons créés ({max}) atteinte. Adressez-vous à un modérateur.",
  error_channel_exists: "Ce salon existe déjà : {channel}.",
  error_always_open: "{channel} ne peut pas être réservé : il est ouvert à tous.",
  error_always_there: "{channel} ne peut pas être supprimé. Fermez-le plutôt.",
  error_not_member: "N'est pas dans {channel} : {name}.",
  error_not_yours: "Aucun message de ce numéro que vous puissiez supprimer.",
  error_not_stored: "Message non envoyé : le serveur n'a pas pu l'enregistrer.",
  error_mail_full: "Non envoyé : trop de messages attendent {name}, qui doit d'abord se connecter.",
  error_mail_share:
    "Non envoyé : trop de vos messages attendent {name}, qui doit d'abord se connecter.",

  error_rank: "Le rang de cette personne n'est pas inférieur au vôtre.",
  error_moderators: "Seuls les modérateurs peuvent faire cela.",
  error_topic: "Sujet réservé aux modérateurs et au créateur du salon.",
  error_operator: "Un opérateur ne peut pas discuter. Pour parler à tous : announce.",
  error_offline: "Pas en ligne : {name}.",
  error_not_muted: "N'est pas muet : {name}.",
  error_no_session: "Aucune de vos sessions n'a ce numéro.",
  error_not_banned: "N'est pas banni : {name}.",
  error_loopback: "Le serveur lui-même ne peut pas être banni.",
  error_own_address:
    "Votre propre adresse fait partie de {range}. Choisissez une plage plus étroite.",
  error_address: 'Champ "address" : attendu une adresse ou une plage comme 10.0.0.0/8, reçu {got}.',
  error_muted_for: "Vous êtes muet pour encore {time}.{because}",
  error_banned_for: "Vous êtes banni pour encore {time}.{because}",

  error_server_full: "Le serveur est complet. Réessayez plus tard.",
  error_address_full: "Trop de connexions depuis votre adresse.",
  error_database_lost:
    "Rien n'est enregistré : la base de données a disparu. Prévenez l'administrateur.",
  error_disk_full: "Rien n'est enregistré : disque presque plein. Prévenez l'administrateur.",
  error_search_expired:
    "Recherche trop longue. Utilisez moins de mots, des mots plus longs, ou un seul salon.",
  error_searches_wait: "Trop de recherches. Réessayez dans {time}.",
  error_search_unavailable: "Recherche indisponible. Réessayez plus tard.",
  error_scrape: "Adresse absente de metrics.scrape_from : {address}.",
  error_closing: "Cette connexion se ferme.",
  error_not_finished:
    "Inachevé : le serveur s'arrête. {name} est désactivé mais pas supprimé. Relancez la commande.",

  because: " Motif : {reason}",
  characters: "{count} caractères",
  kind_nothing: "rien",
  kind_null: "null",
  kind_array: "un tableau",
  kind_object: "un objet",
  kind_string: "une chaîne",
  kind_number: "un nombre",
  kind_boolean: "un booléen",
  want_accounts: "une liste de noms de comptes",
  want_alone: 'soit "channel", soit "with"',
  want_around: '"around" seul, ou "before" et "after"',
  want_channel:
    'un salon comme "#dev" : # puis 1 à {max} lettres, chiffres, points, tirets et tirets bas',
  want_connection: "une connexion ouverte",
  want_either: 'soit "user", soit "address"',
  want_events: "une liste prise parmi {list}",
  want_features: "une liste d'au plus {max} noms de {max} caractères au plus",
  want_greater: 'un numéro plus grand que "after"',
  want_name: "un nom d'au plus {max} caractères",
  want_one_of: "l'une des valeurs {values}",
  want_other: "une autre valeur",
  want_ref: "une chaîne d'au plus {max} caractères",
  want_roles: "une liste prise parmi {list}",
  want_some_text: "un texte non vide",
  want_text: "un texte d'au plus {max} caractères",
  want_unix_name: "un nom d'utilisateur Unix",
  want_whole: "un nombre entier de {min} à {max}",
  want_whole_from: "un nombre entier à partir de {min}",
  want_words: "un texte de 1 à {max} caractères",
};
