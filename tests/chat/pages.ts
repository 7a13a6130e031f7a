// Web pages for tests of the chat: clients that send `hello` and stay signed in.
import assert from "node:assert/strict";
import type { FakeChat, FakePeer, Line } from "./fakes.ts";
import { ask } from "./people.ts";

/** A page that has joined, and its token. */
export interface FakePage {
  readonly peer: FakePeer;
  readonly token: string;
}

/** How a page connects and describes itself. */
export interface PageOptions {
  readonly tab?: string;
  readonly address?: string;
  readonly client?: string;
  readonly features?: readonly string[];
}

/** Connects a page and sends its `hello`. */
export async function openPage(
  chat: FakeChat,
  { tab = "t", address, client = "Firefox", features = ["seen", "session"] }: PageOptions = {},
): Promise<FakePeer> {
  const peer = chat.connect(address);
  const reply = await ask(chat, peer, {
    type: "hello",
    tab,
    client,
    features,
  });
  assert.equal(reply["type"], "hello");
  return peer;
}

/** Logs in with a page that stays signed in. */
export async function signIn(
  chat: FakeChat,
  name: string,
  options: PageOptions & { readonly password?: string } = {},
): Promise<FakePage> {
  const peer = await openPage(chat, options);
  const { password = "1234" } = options;
  const login = { type: "login", username: name, password, session: true };
  const reply = await ask(chat, peer, login);
  assert.equal(reply["status"], "ok", JSON.stringify(reply));
  return { peer, token: String(reply["token"]) };
}

/** Joins as a guest with a token. */
export async function signInGuest(
  chat: FakeChat,
  name: string,
  options: PageOptions = {},
): Promise<FakePage & { readonly name: unknown }> {
  const peer = await openPage(chat, options);
  const reply = await ask(chat, peer, { type: "message", from: name, content: "" });
  assert.equal(typeof reply["token"], "string", JSON.stringify(reply));
  return { peer, token: String(reply["token"]), name: reply["name"] };
}

/** Resumes over a new connection. @returns The connection and the reply. */
export async function comeBack(
  chat: FakeChat,
  token: string,
  options: PageOptions = {},
): Promise<{ peer: FakePeer; reply: Line }> {
  const peer = await openPage(chat, options);
  return { peer, reply: await ask(chat, peer, { type: "resume", token }) };
}

/** Ends a connection as if its client had closed it. */
export function hangUp(chat: FakeChat, peer: FakePeer): void {
  peer.closed = true;
  peer.consumer.ended("client");
  chat.turn();
}
