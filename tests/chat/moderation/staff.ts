// The staff for tests of moderation: their logins, the notices they receive, and the audit log.
import { type FakeChat, type FakePeer } from "../fakes.ts";
import { guest, member } from "../people.ts";

/** Logs in an admin, a moderator and a member, and joins a guest. */
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

/** Returns the entries of the audit log. */
export function audit(chat: FakeChat) {
  return chat.database.sqlite.prepare(
    "SELECT actor, action, target, channel, detail, address FROM audit ORDER BY id",
  ).all().map((row) => Object.values(row));
}

/** Returns the notices since the last call, with their codes or, for an old client, its name. */
export const notices = (peer: FakePeer) =>
  peer.take().filter(({ type, from }) => type === "system" || from === "ClassCord")
    .map((line) => `${line["code"] ?? line["to"]}: ${line["content"]}`);
