// Le client complet pour Node.js 20 et Deno : il se reconnecte et ne perd rien.
// The whole client for Node.js 20 and Deno: it reconnects and loses nothing.
//
//     node client.mjs [HOST [PORT]]          deno run -A client.mjs [HOST [PORT]]
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";

const [host = "127.0.0.1", port = "12345"] = process.argv.slice(2);
const GENERAL = "#général";
const LINE_MAX = 1 << 20;
// en millisecondes ; les tests attendent moins / in milliseconds; the tests wait less
const FIRST_WAIT = Number(process.env.CLASSCORD_RECONNECT_MS ?? 1000);

// Que faire de chaque code d'erreur ? Un code inconnu : show.
// What to do about each error code. An unknown code: show.
const ACTIONS = {
  // redemander le nom et le mot de passe / ask for name and password again
  ask: "login_failed username_taken bad_username weak_password",
  // attendre retry_after, puis renvoyer la même requête / wait, then send the same request again
  wait: "rate_limited throttled busy too_many_connections",
  // rentrer, ou revenir dans le salon, puis renvoyer une fois / log in, or join, then send again once
  login: "login_required session_expired",
  join: "not_in_channel",
  // garder le message pour la connexion suivante / keep the message for the next connection
  reconnect: "shutting_down",
  // ne pas revenir / do not come back
  stop: "banned",
  // afficher, et renoncer à la requête / show it, and give the request up
  show: "bad_json bad_request unknown_type line_too_long content_too_long bad_invite " +
    "unknown_user unknown_class unknown_channel unknown_group forbidden muted internal",
};
const actionOf = (code) =>
  Object.keys(ACTIONS).find((action) => ACTIONS[action].split(" ").includes(code)) ?? "show";

let socket; // la connexion ouverte / the open connection
let phase = "questions"; // questions, login, chat
let [answers, isNew, name] = [[], false, undefined];
let online = false; // entré, et l'historique est rattrapé / logged in, and caught up
let asked = new Map(); // ref -> requête sans réponse / request without an answer
const outbox = []; // messages sans acquittement ; le premier est en route / not acked yet
let [channel, last] = [GENERAL, new Map([[GENERAL, undefined]])]; // salon -> dernier numéro / last id
let [catching, moving, retried, leaving, wait] = [0, false, undefined, false, FIRST_WAIT];
const seen = new Set();
const typed = []; // lignes tapées, pas encore traitées / typed, not handled yet

// La connexion / The connection

function open() {
  let [rest, reason] = ["", "la connexion est fermée"];
  const opening = connect(Number(port), host, () => {
    socket = opening;
    if (phase !== "questions") signIn();
  });
  opening.setEncoding("utf8"); // réunit aussi un caractère coupé en deux / joins a split character
  opening.setKeepAlive(true);
  opening.on("error", (error) => reason = error.message);
  opening.on("data", (part) => {
    // Un paquet contient un morceau de ligne, ou plusieurs lignes : le \n les sépare.
    // A packet has a part of a line, or several lines: the \n separates them.
    const lines = (rest + part).split("\n");
    rest = lines.pop();
    for (const line of lines) receive(line);
    if (rest.length > LINE_MAX) opening.destroy();
  });
  opening.on("close", () => {
    for (const { type, nonce, content } of asked.values()) {
      // Une commande n'est pas renvoyée. / A command is not sent again.
      if (type === "message" && !nonce) show(`! sans réponse : ${content}`);
    }
    if (phase === "login" && name) phase = "chat";
    [socket, online, catching, moving] = [undefined, false, 0, false];
    asked = new Map();
    const pause = backOff();
    show(`! ${reason} ; nouvel essai dans ${Math.round(pause / 1000)} s`);
    setTimeout(open, pause);
    step();
  });
}

// 1, 2, 4 … 60 s, et une part de hasard : toute la classe ne revient pas au même instant.
// 1, 2, 4 … 60 s, and a random part: the class does not return at the same moment.
function backOff() {
  const pause = wait * (1 + Math.random() / 2);
  wait = Math.min(60_000, 2 * wait);
  return pause;
}

/** Envoie une requête avec un ref : exactement une réponse. / Sends a request: exactly one answer. */
function ask(request) {
  const ref = request.nonce ?? randomUUID();
  asked.set(ref, request);
  socket?.write(JSON.stringify({ ...request, ref }) + "\n");
}

// Entrer / Logging in

function question() {
  phase = "questions";
  process.stdout.write(["Nom : ", "Mot de passe : ", "Nouveau compte ? (o/n) : "][answers.length]);
}

function signIn() {
  [phase, online] = ["login", false];
  const [username, password] = answers;
  if (socket) ask({ type: isNew ? "register" : "login", username, password });
}

function signedIn(username) {
  [phase, name] = ["chat", username]; // le nom que donne le serveur / the server's spelling
  if (channel !== GENERAL) ask({ type: "join", channel });
  ask({ type: "users" });
  for (const [channel, after] of last) askHistory({ channel, after });
  // Le premier message privé est peut-être déjà enregistré. / It may be stored already.
  if (outbox[0]?.to) askHistory({ with: outbox[0].to });
}

function askHistory(which) {
  catching++;
  ask({ type: "history", ...which }); // JSON omet un after undefined / JSON omits it if undefined
}

function history(messages, more, request) {
  for (const line of messages) message(line, "with" in request);
  if (request.channel) {
    const newest = Math.max(request.after ?? 0, ...messages.map(({ id }) => id));
    last.set(request.channel, newest);
    if (more && newest > (request.after ?? newest)) askHistory({ ...request, after: newest });
  }
  if (--catching === 0 && !online) {
    [online, wait] = [true, FIRST_WAIT];
    sendFirst();
  }
}

// Le clavier / The keyboard

function take(line) {
  const [, quoted, word, text] = /^\/(?:msg|mp) +(?:"([^"]+)"|(\S+)) +(.+)$/.exec(line) ?? [];
  if (line === "/quit") {
    leaving = true;
    setTimeout(stop, phase === "questions" ? 0 : 10_000, 0);
  } else if (phase === "questions") {
    answers.push(line);
    if (answers.length < 3) return question();
    isNew = answers[2].toLowerCase().startsWith("o");
    signIn();
  } else if (text) say({ to: quoted ?? word, content: text });
  else if (!/^\/\p{L}/u.test(line)) {
    if (line.trim()) say({ channel, content: line });
  } else if (!socket) show("! hors ligne : la commande n'est pas envoyée");
  else if (line === "/users") ask({ type: "users" });
  else {
    // Le serveur exécute la commande. whoami dit ensuite dans quel salon nous sommes.
    // The server runs the command. Then whoami says in which channel we are.
    ask({ type: "message", channel, content: line });
    where();
  }
}

function where() {
  moving = true;
  ask({ type: "whoami" });
}

// Le serveur ne renvoie pas un message à son auteur : on l'affiche une fois, ici.
// The server does not echo a message to its author: it is shown once, here.
function say(message) {
  display({ from: name, subtype: message.to ? "private" : "global", ...message });
  // Le nonce fait reconnaître le message s'il revient par l'historique.
  // The nonce identifies the message if it comes back in the history.
  outbox.push({ type: "message", ...message, nonce: randomUUID() });
  if (outbox.length === 1) sendFirst();
}

function sendFirst() {
  if (online && outbox.length > 0) ask(outbox[0]);
}

/** Le premier message est enregistré, ou abandonné. / The first message is stored or given up. */
function done(nonce) {
  if (nonce === undefined || outbox[0]?.nonce !== nonce) return;
  outbox.shift();
  sendFirst();
}

// Ce que dit le serveur / What the server says

function receive(text) {
  try {
    const line = JSON.parse(text);
    const request = asked.get(line.ref) ?? {};
    asked.delete(line.ref);
    if (request.type === "whoami") moving = false;
    dispatch(line, request);
  } catch (error) {
    show(`! ligne incomprise : ${error.message}`);
  }
  step();
}

function dispatch(line, request) {
  switch (line.type) {
    case "register":
      isNew = false;
      return signIn();
    case "login":
      return signedIn(line.username);
    case "message":
      return message(line);
    case "ack":
      seen.add(line.id).add(JSON.stringify([name, request.nonce]));
      return done(request.nonce);
    case "history":
      return history(line.messages, line.more, request);
    case "whoami":
      channel = line.channel;
      last = new Map(line.channels.map((each) => [each, last.get(each)]));
      for (const [each, id] of last) if (id === undefined) askHistory({ channel: each });
      return;
    case "users": {
      const state = (user) => line.states?.[user] ? `${user} (${line.states[user]})` : user;
      return show(`* en ligne : ${line.users.map(state).join(", ")}`);
    }
    case "status": {
      const words = { online: "est en ligne", offline: "est parti" };
      return show(`* ${line.user} ${words[line.state] ?? `: ${line.state}`}`);
    }
    case "system":
      show(`* ${line.content}`);
      if (line.code === "expelled") where();
      if (["kicked", "banned"].includes(line.code)) stop(1); // ne pas revenir / do not come back
      return;
    case "error":
      return failed(line, request);
      // Un type inconnu est ignoré. / An unknown type is ignored.
  }
}

function message(line, hidden = false) {
  const nonce = line.nonce ?? line.cid;
  // Sinon, l'historique n'est pas encore rattrapé. / Otherwise the history is not caught up yet.
  if (line.channel && online) {
    last.set(line.channel, Math.max(last.get(line.channel) ?? 0, line.id ?? 0));
  }
  const keys = [line.id, nonce && JSON.stringify([line.from, nonce])].filter(Boolean);
  const isMine = line.from === name && outbox.some((each) => each.nonce === nonce);
  if (!hidden && !isMine && !keys.some((key) => seen.has(key))) display(line);
  if (!hidden) keys.forEach((key) => seen.add(key));
  if (isMine) done(nonce);
}

function failed(line, request) {
  // Sans ref : les réponses viennent dans l'ordre. / Without ref: replies come in order.
  if (!request.type && asked.size > 0) {
    const [[ref, oldest]] = asked;
    asked.delete(ref);
    request = oldest;
  }
  const action = actionOf(line.code);
  const text = `! ${line.message} (${line.code})`;
  if (action === "wait") {
    const seconds = Math.max(1, Math.min(Number(line.retry_after) || backOff() / 1000, 86_400));
    const pause = 1000 * seconds + 500 * Math.random();
    if (line.code === "too_many_connections") wait = Math.max(wait, pause);
    show(`${text} ; nouvel essai dans ${Math.round(pause / 1000)} s`);
    const same = socket;
    setTimeout(() => same && same === socket && request.type && ask(request), pause);
    return;
  }
  show(text);
  if (action === "stop") stop(1);
  if (action === "reconnect") return;
  const isSecond = request.nonce === undefined || request.nonce === retried;
  if (request.type === "register" || request.type === "login") {
    answers = [];
    question();
  } else if (request.type === "history") {
    last.delete(request.channel);
    history([], false, {});
  } else if (request.type === "join") where();
  else if (!isSecond && action === "login") {
    retried = request.nonce;
    signIn();
  } else if (!isSecond && action === "join") {
    retried = request.nonce;
    ask({ type: "join", channel: request.channel ?? channel });
    sendFirst();
  } else done(request.nonce);
}

// L'écran / The screen

function show(text) {
  // Aucun caractère de commande n'arrive au terminal. / No control character reaches the terminal.
  // deno-lint-ignore no-control-regex
  console.log(text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, " ").replaceAll("\n", "\n    "));
}

function display(line) {
  const elsewhere = line.channel && line.channel !== channel ? `[${line.channel}] ` : "";
  show(`${line.subtype === "private" ? "[privé] " : elsewhere}<${line.from}> ${line.content}`);
}

function step() {
  while (typed.length > 0 && phase !== "login" && !moving && !leaving) take(typed.shift());
  if (leaving && online && outbox.length + asked.size === 0) stop(0);
}

function stop(code) {
  if (outbox.length > 0) show(`! ${outbox.length} message(s) non envoyé(s)`);
  process.exit(code);
}

function type(line) {
  typed.push(line);
  step();
}

const keyboard = createInterface({ input: process.stdin });
keyboard.on("line", type);
keyboard.on("close", () => type("/quit"));
open();
question();
