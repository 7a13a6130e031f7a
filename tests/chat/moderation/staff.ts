// Staff for tests of moderation: who is there, what they are told, and what the audit log says.
import { type FakeChat, type FakePeer } from "../fakes.ts";
import { guest, member } from "../people.ts";

/** Logs an admin, a moderator and a member in, and a guest. */
export async function people(chat: FakeChat) {
  const [ada, max, bob] = [
    await member(chat, "ada"),
    await member(chat, "max"),
    await member(chat, "bob"),
  ];
  const gus = await guest(chat, "gus");
  for (const peer of [ada, max, bob]) peer.take();
  return { ada, max, bob, gus };
}

/** The entries of the audit log. */
export function audit(chat: FakeChat) {
  return chat.database.sqlite.prepare(
    "SELECT actor, action, target, channel, detail, address FROM audit ORDER BY id",
  ).all().map((row) => Object.values(row));
}

/** The notices that came since the last look, with their codes or, to an old client, its name. */
export const notices = (peer: FakePeer) =>
  peer.take().filter(({ type, from }) => type === "system" || from === "ClassCord")
    .map((line) => `${line["code"] ?? line["to"]}: ${line["content"]}`);
