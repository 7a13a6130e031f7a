// Users of a spread chat: what they send, and what they receive.
import assert from "node:assert/strict";
import type { FakePeer, Line } from "../chat/fakes.ts";
import type { Cast } from "./cast.ts";

/** Sends a request. Resolves when everything that it causes has arrived. */
export async function say(cast: Cast, peer: FakePeer, request: Line): Promise<void> {
  await peer.say(request);
  await turn(cast);
}

/** Sends a request and returns its reply. Other lines that arrive meanwhile are dropped. */
export async function ask(cast: Cast, peer: FakePeer, request: Line): Promise<Line> {
  const ref = crypto.randomUUID();
  await say(cast, peer, { ...request, ref });
  const reply = peer.take().find((line) => line["ref"] === ref);
  assert.ok(reply !== undefined, `no reply to ${JSON.stringify(request)}`);
  return reply;
}

/** Joins as a guest. */
export async function guest(cast: Cast, from: string): Promise<FakePeer> {
  const peer = cast.connect();
  await ask(cast, peer, { type: "message", from, content: "" });
  return peer;
}

/** Logs in. The lines after the reply are not read yet. */
export async function logIn(cast: Cast, username: string, stalled = false): Promise<FakePeer> {
  const peer = cast.connect();
  peer.stalled = stalled;
  await say(cast, peer, { type: "login", username, password: "1234", ref: "login" });
  return peer;
}

/** A page that has joined. */
export interface FarPage {
  readonly peer: FakePeer;
  readonly token: string;
  readonly reply: Line;
}

/** Joins with a page: an account by its password, or a guest by a message. */
export async function openPage(cast: Cast, request: Line, tab = "t"): Promise<FarPage> {
  const peer = cast.connect();
  await ask(cast, peer, { type: "hello", tab, client: "x", features: ["seen", "session"] });
  const reply = await ask(cast, peer, request);
  return { peer, reply, token: String(reply["token"]) };
}

/** A connection ends. */
export async function end(cast: Cast, peer: FakePeer, reason: "client" | "timeout"): Promise<void> {
  if (reason === "client") peer.heardAt = performance.now();
  peer.closed = true;
  peer.consumer.ended(reason);
  await turn(cast);
}

/** Time passes for the leader. */
export async function pass(cast: Cast, milliseconds: number): Promise<void> {
  cast.chat.clock.pass(milliseconds);
  await turn(cast);
}

/** Returns the states that a connection has received since the last call. */
export function states(peer: FakePeer): string[] {
  return peer.take().filter(({ type }) => type === "status").map(({ user, state }) =>
    `${user} ${state}`
  );
}

/** Returns the contents of the messages since the last call. */
export function heard(peer: FakePeer): unknown[] {
  return peer.take().filter((line) => line["type"] === "message").map(({ content }) => content);
}

async function turn(cast: Cast): Promise<void> {
  cast.chat.turn();
  await cast.settle();
}
