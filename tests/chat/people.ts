// Users for tests of the chat: how they join, what they send and what they receive.
import assert from "node:assert/strict";
import type { FakeChat, FakePeer, Line } from "./fakes.ts";

/** Accounts of every rank, for `makeChat`. */
export const STAFF = {
  ada: "1234/admin",
  max: "1234/moderator",
  bob: "1234",
  "Jean Paul": "1234",
};

/** Returns the request to join a channel. */
export function join(channel: string): { type: string; channel: string } {
  return { type: "join", channel };
}

/** Returns the request to leave a channel; without a name, the current one. */
export function leave(channel?: string): { type: string; channel?: string } {
  return { type: "leave", ...(channel ? { channel } : {}) };
}

/** Sends a request to join as a guest. The reply, which may be a refusal, is not read yet. */
export async function enter(chat: FakeChat, name: string, address?: string): Promise<FakePeer> {
  const peer = chat.connect(address);
  await peer.say({ type: "message", from: name, content: "" });
  chat.turn();
  return peer;
}

/** Sends a login. The reply, which may be a refusal, is not read yet. */
export async function logIn(chat: FakeChat, name: string, password = "1234"): Promise<FakePeer> {
  const peer = chat.connect();
  await peer.say({ type: "login", username: name, password });
  chat.turn();
  return peer;
}

/** Joins as a guest. */
export async function guest(chat: FakeChat, name: string, address?: string): Promise<FakePeer> {
  const peer = await enter(chat, name, address);
  peer.take();
  return peer;
}

/** Logs in. */
export async function member(chat: FakeChat, name: string, password = "1234"): Promise<FakePeer> {
  const peer = await logIn(chat, name, password);
  const [login] = peer.take();
  assert.equal(login?.["status"], "ok", JSON.stringify(login));
  return peer;
}

/** Sends a request and returns its reply. Other lines that arrive meanwhile are dropped. */
export async function ask(chat: FakeChat, peer: FakePeer, request: Line): Promise<Line> {
  const ref = crypto.randomUUID();
  await peer.say({ ...request, ref });
  chat.turn();
  const reply = peer.take().find((line) => line["ref"] === ref);
  assert.ok(reply !== undefined, `no reply to ${JSON.stringify(request)}`);
  delete reply["ref"];
  return reply;
}

/** Sends a request and returns all lines that arrive. */
export async function exchange(chat: FakeChat, peer: FakePeer, request: Line): Promise<Line[]> {
  await peer.say(request);
  chat.turn();
  return peer.take();
}

/** Logs in over a connection that uses the additions. */
export async function modernMember(chat: FakeChat, name: string): Promise<FakePeer> {
  const peer = await member(chat, name);
  await peer.say({ type: "whoami" });
  peer.take();
  return peer;
}

/** Types a slash command as an old client does. Returns the parts of the answer, one line each. */
export async function type(chat: FakeChat, peer: FakePeer, content: string): Promise<string[]> {
  await peer.say({ type: "message", content });
  chat.turn();
  const answers = peer.take().filter((line) => line["from"] === "ClassCord");
  assert.equal(answers.length, 1, `answers to ${content}: ${JSON.stringify(answers)}`);
  assert.equal(answers[0]!["subtype"], "private");
  return String(answers[0]!["content"]).split(/(?: \n— |\n)/u);
}

/** Returns the contents of the messages since the last call. */
export function heard(peer: FakePeer): unknown[] {
  return peer.take().filter((line) => line["type"] === "message").map(({ content }) => content);
}

/** Sends a message to a channel; without a name, to the current one. */
export async function say(
  chat: FakeChat,
  peer: FakePeer,
  said: string | { readonly content: string; readonly channel: string },
): Promise<Line> {
  const members = typeof said === "string" ? { content: said } : said;
  return await ask(chat, peer, { type: "message", ...members });
}

/** Returns the code of an error, or the status of another reply. */
export function outcome(line: Line): unknown {
  return line["code"] ?? line["status"] ?? line["type"];
}
