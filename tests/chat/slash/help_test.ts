// Tests of /help: its lists, and its pages for old clients.
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../../lib/chat/slash/run.ts";
import { makeChat } from "../fakes.ts";
import { ask, guest, member, STAFF, type } from "../people.ts";

Deno.test("for a client that shows lines, /help lists the available commands and explains one", async () => {
  const chat = makeChat(STAFF);
  const gus = await guest(chat, "gus");
  const max = await member(chat, "max");
  for (const peer of [gus, max]) await ask(chat, peer, { type: "whoami" });
  const forGuest = await type(chat, gus, "/help");
  assert.ok(forGuest.some((line) => line.startsWith("/join #channel — ")));
  assert.ok(!forGuest.some((line) => line.startsWith("/kick")));
  const forModerator = await type(chat, max, "/aide");
  assert.equal(forModerator.length, COMMAND_NAMES.length + 2);
  assert.ok(forModerator.join("\n").length < 8192 / 2);
  assert.deepEqual(await type(chat, gus, "/help /msg"), [
    "/msg name text — send a private message.",
    "Also: /mp · /w · /dm · /tell · /whisper · /message · /chuchoter",
  ]);
  assert.match((await type(chat, gus, "/help kick"))[0]!, /^Only moderators can do this/);
  assert.match((await type(chat, gus, "/help foo bar"))[0]!, /^Unknown command \/foo\. /);
});

Deno.test("for an old client, /help is one line of 80 characters per page", async () => {
  for (const language of ["en", "fr"] as const) {
    const chat = makeChat(STAFF, { language });
    const max = await member(chat, "max");
    const seen: string[] = [];
    const [first, ...more] = await type(chat, max, "/help");
    assert.deepEqual(more, []);
    for (let next = / · (\/\w+ 2)$/.exec(first!)?.[1]; next !== undefined;) {
      const [line = "", ...rest] = await type(chat, max, next);
      assert.deepEqual(rest, []);
      assert.ok(line.length <= 80, line);
      seen.push(...line.split(" · "));
      next = / · (\/\w+ \d+)$/.exec(line)?.[1];
    }
    for (const name of COMMAND_NAMES) {
      assert.ok(seen.includes(chat.services.texts.say(`usage_${name}`)), `${language} ${name}`);
    }
    assert.ok(first!.length <= 80);
    const second = await type(chat, max, "/help 2");
    for (const asked of ["/aide page", "/help page 2", "/HELP PAGE 2"]) {
      assert.deepEqual(await type(chat, max, asked), second, asked);
    }
    assert.deepEqual(await type(chat, max, "/help 0"), [first]);
    assert.equal((await type(chat, max, "/help 9999")).length, 1);
  }
});
