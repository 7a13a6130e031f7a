// Tests of the commands of moderators.
import assert from "node:assert/strict";
import { DURATION_FORMS } from "../../../lib/protocol/duration.ts";
import { makeChat } from "../fakes.ts";
import { ask, guest, member, say, STAFF, type } from "../people.ts";

const NO_DURATION = `Expected a duration: ${DURATION_FORMS}. ` +
  "A reason cannot begin with a number and a unit.";

Deno.test("moderators act by commands, recorded like requests", async () => {
  const chat = makeChat(STAFF);
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  const jean = await member(chat, "jean paul");
  const id = (await say(chat, gus, "bad"))["id"];
  await ask(chat, jean, { type: "join", channel: "#dev" });
  const expected: [string, string][] = [
    ["/mute gus 90s too loud", "Muted gus for 1 min 30 s."],
    ["/unmute gus", "Unmuted gus."],
    ["/mute gus", "Muted gus for 10 min."],
    ["/mute gus 1h30m", "Muted gus for 1 h 30 min."],
    ["/mute gus 10", NO_DURATION],
    [`/delete ${id} rude`, `Deleted message ${id}.`],
    ["/topic #général quiet", "The topic of #général is now: quiet"],
    ["/announce Fin du cours", "Announcement sent to everyone online."],
    ["/close dev", "Closed #dev."],
    ["/open #dev", "Opened #dev."],
    ["/close", "Closed #général."],
    ["/open", "Opened #général."],
    ["/kick Jean Paul #dev out", "Removed Jean Paul from #dev."],
    ["/kick jean paul bye", "Disconnected Jean Paul."],
    ["/ban gus 10minutes x", NO_DURATION],
    ["/ban gus 10 min", NO_DURATION],
    ["/ban gus 1h 30m", NO_DURATION],
    ["/ban gus 10", NO_DURATION],
    [
      "/ban gus 3 fois",
      "Banned gus until further notice. The user may return under another name; the address was 10.0.0.5.",
    ],
    ["/ban 192.0.2.0/24 2h30", "Banned 192.0.2.0/24 for 2 h 30 min."],
    ["/ban 127.0.0.1", "The server itself cannot be banned."],
    ["/ban ada", "You can act only on users of a lower rank."],
    ["/unban 192.0.2.0/24", "Unbanned 192.0.2.0/24."],
    ["/unban 192.0.2.0/24", 'Not banned: "192.0.2.0/24".'],
    ["/bans", "Bans (1)\ngus: until further notice, by max. Reason: 3 fois"],
    ["/delete 99", "No message with this id that you can delete."],
    ["/kick", "Usage: /kick name [#channel] [reason]"],
  ];
  for (const [command, answer] of expected) {
    assert.equal((await type(chat, max, command)).join("\n"), answer, command);
  }
  const actions = chat.database.sqlite.prepare("SELECT action FROM audit ORDER BY id").all()
    .map(({ action }) => action);
  assert.deepEqual(actions, [
    "mute",
    "unmute",
    "mute",
    "mute",
    "delete",
    "topic",
    "announce",
    "close_channel",
    "open_channel",
    "close_channel",
    "open_channel",
    "kick",
    "kick",
    "ban",
    "ban",
    "unban",
  ]);
});
