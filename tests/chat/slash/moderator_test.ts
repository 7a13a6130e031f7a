// Tests of the commands of moderators.
import assert from "node:assert/strict";
import { DURATION_FORMS } from "../../../lib/protocol/duration.ts";
import { makeChat } from "../fakes.ts";
import { ask, guest, member, say, STAFF, type } from "../people.ts";

const NO_DURATION = `Expected a duration: ${DURATION_FORMS}. ` +
  "A reason cannot begin with a number and a unit.";

Deno.test("moderators act by commands, noted as by requests", async () => {
  const chat = makeChat(STAFF);
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  const jean = await member(chat, "jean paul");
  const id = (await say(chat, gus, "bad"))["id"];
  await ask(chat, jean, { type: "join", channel: "#dev" });
  const expected: [string, string][] = [
    ["/mute gus 90s too loud", "gus is muted for 1 min 30 s."],
    ["/unmute gus", "gus may write again."],
    ["/mute gus", "gus is muted for 10 min."],
    ["/mute gus 1h30m", "gus is muted for 1 h 30 min."],
    ["/mute gus 10", NO_DURATION],
    [`/delete ${id} rude`, `Message ${id} is deleted.`],
    ["/topic #général quiet", "The topic of #général is now: quiet"],
    ["/announce Fin du cours", "Announced to everyone online."],
    ["/close dev", "#dev is closed."],
    ["/open #dev", "#dev is open."],
    ["/close", "#général is closed."],
    ["/open", "#général is open."],
    ["/kick Jean Paul #dev out", "Jean Paul is out of #dev."],
    ["/kick jean paul bye", "Jean Paul is disconnected."],
    ["/ban gus 10minutes x", NO_DURATION],
    ["/ban gus 10 min", NO_DURATION],
    ["/ban gus 1h 30m", NO_DURATION],
    ["/ban gus 10", NO_DURATION],
    [
      "/ban gus 3 fois",
      "gus is banned until further notice. A name is easily changed: the address is 10.0.0.5.",
    ],
    ["/ban 192.0.2.0/24 2h30", "192.0.2.0/24 is banned for 2 h 30 min."],
    ["/ban 127.0.0.1", "This machine itself cannot be banned."],
    ["/ban ada", "You can act only on users of a lower rank."],
    ["/unban 192.0.2.0/24", "192.0.2.0/24 is no longer banned."],
    ["/unban 192.0.2.0/24", 'Not banned: "192.0.2.0/24".'],
    ["/bans", "Bans (1)\ngus: until further notice, by max. Reason: 3 fois"],
    ["/delete 99", "There is no message of this id that you may delete."],
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
