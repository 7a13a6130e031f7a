// Tests of the texts of errors: in the language of the server, with the point in the first 40 characters, which
// the labels of old clients show.
import assert from "node:assert/strict";
import { LANGUAGES, Texts } from "../../../lib/chat/texts/catalogue.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import {
  ERROR_CODES,
  ERROR_REASONS,
  type ErrorCode,
  type ErrorReason,
} from "../../../lib/protocol/error_codes.ts";
import { PHRASES, type Places } from "../../../lib/protocol/phrases.ts";
import { parseRequest } from "../../../lib/protocol/request.ts";
import { makeChat } from "../fakes.ts";

const SHOWN = 40;

/** The longest values for the places of any error. */
const LONGEST: Places = {
  id: 7,
  network: "2001:db8::/32",
  name: `"${"n".repeat(64)}"`,
  node: "n".repeat(32),
  channel: `#${"c".repeat(32)}`,
  group: `"${"g".repeat(64)}"`,
  range: "2001:0db8:0000:0000:0000:0000:0000:0000/128",
  got: `"${"g".repeat(64)}"`,
  member: '"password"',
  expected: { key: "want_whole", places: { min: 1, max: 200 } },
  time: { seconds: 86_399 },
  because: { key: "because", places: { reason: "r".repeat(200) } },
  usage: "/kick name [#channel] [reason]",
  types: "register, login, message",
  example: '{"type":"message","content":"/help"}',
  address: "2001:0db8:0000:0000:0000:0000:0000:0001",
  min: 4,
  max: 65_536,
  bytes: 99_999,
  length: 60_000,
  port: 12_346,
};

/** What the first characters must say, in English and in French. */
const POINT: Record<ErrorCode | ErrorReason, readonly [RegExp, RegExp]> = {
  bad_json: [/not valid JSON/, /pas du JSON valide/],
  bad_request: [/not valid/, /pas valide/],
  unknown_type: [/Unknown type/, /Type inconnu/],
  line_too_long: [/Line too long: 99999 bytes/, /Ligne trop longue : 99999 octets/],
  content_too_long: [/Message too long: 99999 bytes/, /Message trop long : 99999 octets/],
  bad_username: [/name is not valid/, /nom n'est pas valide/],
  same_password: [/Choose another password/, /Choisissez un autre mot de passe/],
  no_list: [/Send the rows of the list/, /Envoyez d'abord les lignes/],
  no_cluster: [/not part of a cluster/, /Ce serveur ne fait partie d'aucune/],
  no_node: [/No server of the cluster is called/, /Aucun serveur de la grappe ne s'appelle/],
  node_runs: [/Still running: n/, /Encore en marche : n/],
  leads_not: [/Not the leader of the cluster: n/, /Ne dirige pas la grappe : n/],
  leads_alone: [/No other server could lead/, /Aucun autre serveur ne peut diriger/],
  list_full: [/list has at most 65536 people/, /classe compte 65536 per/],
  weak_password: [/must have 4 to 65536 characters/, /Mot de passe : 4 à 65536 caractères/],
  username_taken: [/name is taken/, /nom est déjà pris/],
  login_failed: [/Wrong name or password/, /mot de passe incorrect/],
  login_required: [/Log in/, /Connectez-vous/],
  unknown_user: [/Nobody is called "n/, /Personne ne s'appelle "n/],
  unknown_class: [/No class is called "n/, /Aucune classe ne s'appelle "n/],
  unknown_channel: [/no channel #c/, /salon #c/],
  unknown_group: [/no group "g/, /groupe "g/],
  not_in_channel: [/not in #c/, /n'êtes pas dans #c/],
  forbidden: [/not allowed/, /pas le droit/],
  muted: [/muted until further notice/, /muet jusqu'à nouvel ordre/],
  banned: [/banned until further notice/, /banni jusqu'à nouvel ordre/],
  rate_limited: [/Too fast.*23 h 59 min/, /Trop vite.*23 h 59 min/],
  throttled: [/again in 23 h 59 min: too many/, /dans 23 h 59 min : trop/],
  too_many_connections: [/Too many connections/, /Trop de connexions/],
  busy: [/busy.*23 h/, /occupé.*dans 23 h/],
  shutting_down: [/shutting down/, /s'arrête/],
  internal: [/Server error/, /Erreur du serveur/],
  not_object: [/one JSON object per line/, /objet JSON/],
  several_objects: [/Several objects on one line/, /Plusieurs objets sur une ligne/],
  bare_command: [/Send a command as JSON/, /Envoyez la commande en JSON/],
  too_deep: [/too deep.*65536 levels/, /imbrications : 65536 niveaux/],
  unreadable: [/cannot be read/, /illisible/],
  member: [/"password": expected a whole/, /"password" : attendu un nombre/],
  members_too_long: [/members too long/, /supplémentaires trop longs/],
  usage: [/\/kick name/, /\/kick name/],
  duration: [/Expected a duration: 90s, 10m/, /Durée attendue : 90s, 10m/],
  name_length: [/1 to 65536 characters/, /1 à 65536 caractères/],
  name_marks: [/65536 accents/, /65536 accents/],
  name_characters: [/Character not allowed in a name/, /Caractère interdit dans un nom/],
  name_reserved: [/reserved/, /réservé/],
  account_exists: [/taken by an account/, /pris par un compte/],
  account_name: [/taken by an account/, /pris par un compte/],
  guest_name: [/taken by a guest/, /pris par un invité/],
  look_alike: [/looks like an account's/, /ressemble à celui d'un compte/],
  channel_name: [/name is # and 1 to 32 letters/, /# puis 1 à 32 lettres/],
  guests_only: [/Only guests can change their name/, /Seul un invité peut changer de nom/],
  logged_out: [/Log in again/, /Reconnectez-vous/],
  guests_refused: [/Log in.*guests are not/, /Connectez-vous.*n'accepte/],
  accounts: [/Log in.*only accounts/, /Connectez-vous.*sans compte/],
  password_owner: [/only accounts/, /seul un compte/],
  no_account: [/No account is called "n/, /Aucun compte ne s'appelle "n/],
  accounts_closed: [/Not allowed over this admin socket/, /Interdit par cette socket/],
  registration_closed: [/Registration is closed/, /Inscriptions fermées/],
  directory_account: [/password is in the school's/, /mot de passe est dans l'annuaire/],
  cut_off: [/lost the others/, /ne joint plus les autres/],
  directory_away: [/directory does not answer/, /annuaire ne répond pas/],
  clear_management: [/over TLS only/, /qu'en TLS/],
  clear_password: [/require TLS/, /refusé sans TLS/],
  clear_password_port: [/require TLS/, /refusé sans TLS/],
  restricted: [/channel is restricted/, /salon est réservé/],
  closed: [/closed: #c/, /fermé : #c/],
  read_only: [/Only moderators can write/, /Seuls les modérateurs peuvent écrire/],
  create_members: [/not exist\. Only member/, /n'existe pas\. Seuls les/],
  create_moderators: [/not exist\. Only moder/, /n'existe pas\. Seuls les/],
  too_many_channels: [/limit \(65536\) reached/, /Limite de 65536 salons atteinte/],
  too_many_joined: [/joined channels \(65536\) reached/, /salons rejoints \(65536\) at/],
  too_many_made: [/created channels \(65536\) rea/, /salons créés \(65536\) atteinte/],
  channel_exists: [/already exists: #c/, /existe déjà : #c/],
  group_exists: [/already exists: "g/, /existe déjà : "g/],
  too_many_groups: [/Group limit \(65536\) reached/, /Limite de 65536 groupes atteinte/],
  always_open: [/#c/, /#c/],
  always_there: [/#c/, /#c/],
  not_member: [/Not a member of #c/, /N'est pas dans #c/],
  not_yours: [/No message with this id/, /Aucun message de ce numéro/],
  not_readable: [/no message with this id/, /Aucun message de ce numéro/],
  private_staff: [/only with moder/, /avec un modérateur/],
  private_none: [/Private messages are off/, /Messages privés suspendus/],
  not_stored: [/not sent/, /non envoyé/],
  mail_full: [/Not sent: too many messages/, /Non envoyé : trop de messages/],
  mail_share: [/Not sent: too many of your/, /Non envoyé : trop de vos messages/],
  search_expired: [/Search too slow/, /Recherche trop longue/],
  searches_wait: [/Too many searches.*in 23 h/, /Trop de recherches.*dans 23/],
  search_unavailable: [/not available/, /indisponible/],
  database_lost: [/Nothing can be stored: the data/, /Rien n'est enregistré : la base/],
  disk_full: [/Nothing can be stored: the disk/, /Rien n'est enregistré : disque/],
  rank: [/only on users of a lower/, /rang de cette personne n'est pas inf/],
  moderators: [/Only moderators can/, /Seuls les modérateurs peuvent/],
  topic: [/Only moderators and the channel/, /réservé aux modérateurs/],
  operator: [/operator cannot chat/, /opérateur ne peut pas discuter/],
  offline: [/Not online/, /Pas en ligne/],
  not_muted: [/Not muted/, /N'est pas muet/],
  no_session: [/No session of yours/, /Aucune de vos sessions/],
  session_expired: [/You are signed out/, /Votre session est terminée/],
  not_banned: [/Not banned/, /N'est pas banni/],
  loopback: [/server itself cannot be banned/, /serveur lui-même ne peut pas être/],
  own_address: [/Your own address/, /Votre propre adresse/],
  address: [/"address": expected an address/, /"address" : attendu une adr/],
  muted_for: [/muted.*23 h/, /muet pour encore 23 h/],
  banned_for: [/banned.*23 h/, /banni pour encore 23 h 59 min/],
  server_full: [/server is full/, /serveur est complet/],
  address_full: [/Too many connections from your/, /Trop de connexions depuis votre/],
  scrape: [/not in metrics\.scrape_from/, /absente de metrics\.scrape_from/],
  closing: [/being closed/, /se ferme/],
  not_finished: [/Not finished/, /Inachevé/],
  bad_invite: [/This invitation is not valid/, /Invitation non valable/],
  guests_invited: [/Log in, or use an invitation/, /Connectez-vous, ou utilisez une invit/],
  registration_invited: [/Registration requires an invitation/, /faut une invitation/],
  invite_for_guests: [/This invitation is for guests/, /Cette invitation ne permet pas/],
  network: [/"network": expected an address/, /"network" : attendu une adr/],
  no_invite: [/There is no invitation 7/, /L'invitation 7 n'existe pas/],
  too_many_invites: [/Limit of open invitations/, /Limite d'invitations en cours/],
  no_window: [/Registration is not open for/, /inscriptions ne sont pas ouvertes/],
  too_many_windows: [/Registration is open for 65536 networks/, /inscriptions sont déjà ouvertes/],
};

Deno.test("the first 40 characters of every error say what is wrong", () => {
  for (const [at, language] of (["en", "fr"] as const).entries()) {
    const texts = new Texts(language);
    const errors = [
      ...ERROR_CODES.map((code) => [code, new ProtocolError(code, { places: LONGEST })] as const),
      ...ERROR_REASONS.map((reason) =>
        [reason, new ProtocolError<ErrorCode>("forbidden", { reason, places: LONGEST })] as const
      ),
    ];
    for (const [key, error] of errors) {
      const text = texts.error(error);
      assert.doesNotMatch(text, /\{\w|undefined|\[object/, key);
      if (key !== "always_open" && key !== "always_there") {
        assert.match(text.slice(0, SHOWN), POINT[key][at]!, `${language} ${key}: ${text}`);
      }
    }
    // These two errors occur only for #général.
    for (const reason of ["always_open", "always_there"] as const) {
      const error = new ProtocolError("bad_request", { reason, places: { channel: "#général" } });
      assert.match(texts.error(error).slice(0, SHOWN), /#général (?:cannot be|ne peut pas être)/);
    }
  }
});

Deno.test("every phrase exists in every language, and so do durations", () => {
  for (const language of LANGUAGES) {
    const texts = new Texts(language);
    for (const key of PHRASES) assert.notEqual(texts.say(key), "");
  }
});

Deno.test("names that are reserved, taken or similar to an account's differ on the wire only by the text", async () => {
  const chat = makeChat({ ada: "1234" }, { language: "fr" });
  const text = async (from: string) => {
    const peer = chat.connect();
    await peer.say({ type: "message", from, content: "" });
    return peer.take()[0]?.["message"];
  };
  assert.equal(await text("Admin"), "Ce nom est réservé. Choisissez-en un autre.");
  // Old clients look for these words.
  assert.equal(await text("ADA"), "Username already exists.");
  assert.equal(await text("\u0430da"), "Username already exists.");
  assert.match(String(await text("a\\b")), /^Caractère interdit dans un nom\. /);
});

Deno.test("an error in a request names the member in every language", () => {
  const bad: [string, string][] = [
    ['{"type":"login"}', '"username"'],
    ['{"type":"ban","user":"a","address":"b"}', '"user"'],
    ['{"type":"history","limit":500}', '"limit"'],
    ['{"type":"join","channel":"dev"}', '"channel"'],
  ];
  for (const [line, member] of bad) {
    try {
      parseRequest(line);
      assert.fail(line);
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
      for (const language of LANGUAGES) {
        assert.ok(new Texts(language).error(error).includes(member), line);
      }
    }
  }
});
