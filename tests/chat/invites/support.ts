// Invitations in tests: how an operator creates them, and how pupils use them.
import assert from "node:assert/strict";
import type { FakeChat, FakePeer, Line } from "../fakes.ts";
import { ask } from "../people.ts";

/** An invitation as its operator receives it. */
export interface Invited {
  readonly id: number;
  readonly code: string;
  readonly link: string;
}

/** Sends a request as an operator. */
export async function operate(chat: FakeChat, request: Line): Promise<Line> {
  return await ask(chat, chat.operate("prof"), request);
}

/** Creates an invitation. */
export async function invite(chat: FakeChat, members: Line = {}): Promise<Invited> {
  const reply = await operate(chat, { type: "invite_create", ...members });
  assert.equal(reply["status"], "ok", JSON.stringify(reply));
  return reply as unknown as Invited;
}

/** Creates the channel #dev, which admits only moderators. */
export async function restrictDev(chat: FakeChat): Promise<void> {
  const settings = { channel: "#dev", roles: ["moderator"] };
  const reply = await operate(chat, { type: "channel_create", ...settings });
  assert.equal(reply["status"], "ok", JSON.stringify(reply));
}

/** Connects, and sends the code of an invitation. */
export async function holding(chat: FakeChat, code: string, address?: string): Promise<FakePeer> {
  const peer = chat.connect(address);
  const reply = await ask(chat, peer, { type: "invite", code });
  assert.equal(reply["status"], "ok", JSON.stringify(reply));
  return peer;
}

/** Sends the message that joins a guest. */
export async function joinAs(chat: FakeChat, peer: FakePeer, from: string): Promise<Line> {
  return await ask(chat, peer, { type: "message", from, content: "" });
}

/** Returns how often an invitation was used, and its state. */
export async function usesOf(chat: FakeChat, id: number): Promise<unknown[]> {
  const reply = await operate(chat, { type: "invites", id });
  const [row] = reply["invites"] as Line[];
  return [row?.["used"], row?.["state"]];
}

/** Returns the channels that a user is in. */
export async function channelsOf(chat: FakeChat, peer: FakePeer): Promise<unknown> {
  return (await ask(chat, peer, { type: "whoami" }))["channels"];
}
