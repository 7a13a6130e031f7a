// The replies of the played server, one function for each request that a student's client may send.
import { ProtocolError } from "../../protocol/errors.ts";
import { DEFAULT_CHANNEL, formatTime, jsonLine, messageLine } from "../../protocol/reply.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Request, RequestOf } from "../../protocol/request.ts";
import type { Link } from "../wire/link.ts";
import { type Peer, PLAYED } from "./peer.ts";
import type { World } from "./world.ts";

/** Requests that a connection may make before it has joined. */
const BEFORE_JOINING: ReadonlySet<string> = new Set([
  "register",
  "login",
  "users",
  "ping",
  "message",
  "hello",
  "resume",
  "invite",
]);

/** Whether a request is allowed before its connection has joined. `message` joins. */
export function isAllowedUnjoined(type: string): boolean {
  return BEFORE_JOINING.has(type);
}

/** Requests that do not make a connection new. */
const OLD_REQUESTS: ReadonlySet<string> = new Set([
  "message",
  "users",
  "status",
  "login",
  "register",
  "ping",
]);

/** Answers a request as the server does. */
export function answer(world: World, link: Link, request: Request): void {
  const peer = world.peer(link);
  if (request.type === "login" || request.type === "register") peer.isVisitor = false;
  else if (request.type === "users") peer.isVisitor = peer.name === undefined;
  peer.isNew ||= request.ref !== undefined || !OLD_REQUESTS.has(request.type);
  try {
    reply(request, peer, world);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    world.refuse(link, request, error);
  }
}

function reply(request: Request, peer: Peer, world: World): void {
  const send = (members: JsonObject) => peer.link.send(jsonLine({ ...members, ref: request.ref }));
  if (peer.name === undefined && !isAllowedUnjoined(request.type)) {
    throw world.error("login_required");
  }
  switch (request.type) {
    case "register":
    case "password":
      return send({ type: request.type, status: "ok" });
    case "login":
      peer.typed = request.username;
      peer.name = world.nameFor(request.username);
      peer.hasAccount = true;
      return send({ type: "login", status: "ok", username: peer.name });
    case "logout":
      peer.name = undefined;
      peer.hasAccount = false;
      return send({ type: "logout", status: "ok" });
    case "users":
      return send({
        type: request.sentType.toLowerCase() === "who" ? "who" : "users",
        channel: request.channel,
        users: present(peer),
        states: {},
      });
    case "status":
      return world.ack(peer, request);
    case "join":
      peer.channel = request.channel;
      return send({
        type: "join",
        status: "ok",
        channel: peer.channel,
        topic: "",
        users: present(peer),
      });
    case "leave": {
      const left = request.channel ?? peer.channel;
      if (left === peer.channel) peer.channel = DEFAULT_CHANNEL;
      return send({ type: "leave", status: "ok", channel: left });
    }
    case "channels": {
      const channels = [...new Set([DEFAULT_CHANNEL, "#dev", peer.channel])];
      return send({
        type: "channels",
        channels: channels.map((name) => ({ name, topic: "", members: 3, restricted: false })),
      });
    }
    case "history":
      return send(historyOf(request, peer, world));
    case "search":
      return send({ type: "search", messages: [], more: false });
    case "people": {
      const people = present(peer).map((name) => ({ name, role: "member", state: "online" }));
      return send({ type: "people", people });
    }
    case "whoami":
      return send({
        type: "whoami",
        name: peer.name,
        role: peer.hasAccount ? "member" : "guest",
        channels: [...new Set([DEFAULT_CHANNEL, peer.channel])],
        state: "online",
        channel: peer.channel,
      });
    case "ping":
      return send({ type: "pong" });
    case "hello":
      return send({ type: "hello", version: "check-client", features: [], time: formatTime(0) });
    case "message":
      return message(request, peer, world);
    default:
      throw world.error("forbidden");
  }
}

function present({ name }: Peer): string[] {
  return [...PLAYED, ...name === undefined ? [] : [name]].sort();
}

function message(request: RequestOf<"message">, peer: Peer, world: World): void {
  if (peer.name === undefined) {
    peer.typed = typeof request.from === "string" ? request.from : "invité";
    peer.name = peer.typed;
  }
  const { content, to } = request;
  if (request.subtype === "private" && !isKnown(to, peer)) {
    throw world.error("unknown_user", { places: { name: JSON.stringify(String(to)) } });
  }
  const isCommand = request.subtype === "global" && /^\/\p{L}/u.test(content);
  if (isCommand) {
    const channel = /^\/(?:join|rejoindre)\s+(#\S+)/i.exec(content)?.[1];
    if (channel !== undefined) peer.channel = channel;
    peer.link.send(world.message({ from: "ClassCord", to: peer.typed, content: "OK" }, false));
    return world.ack(peer, request);
  }
  world.ack(peer, request, content.trim() === "" ? undefined : world.storeSent(peer, request).id);
}

function isKnown(to: unknown, { name, typed }: Peer): boolean {
  const wanted = String(to).toLowerCase();
  return [...PLAYED, name, typed].some((each) => each?.toLowerCase() === wanted);
}

const HISTORY_DEFAULT = 50;

function historyOf(request: RequestOf<"history">, peer: Peer, world: World): JsonObject {
  const { before = Infinity, after = 0, limit = HISTORY_DEFAULT } = request;
  if (request.with !== undefined) {
    return { type: "history", with: request.with, messages: [], more: false };
  }
  const channel = request.channel ?? peer.channel;
  const found = world.history.filter((stored) =>
    stored.channel === channel && stored.id > after && stored.id < before
  );
  const part = request.after === undefined ? found.slice(-limit) : found.slice(0, limit);
  return {
    type: "history",
    channel,
    messages: part.map((stored) => JSON.parse(messageLine(stored))),
    more: part.length < found.length,
  };
}
