// Tests of channel names that differ only by accents.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, join, member, outcome, say } from "../people.ts";

const GENERAL = "#général";

Deno.test("a name that differs from a channel's only by accents means that channel, in every request", async () => {
  const chat = makeChat({ ada: "1234", max: "1234/moderator" });
  const ada = await member(chat, "ada");
  const max = await member(chat, "max");
  const joined = await ask(chat, ada, join("#GENERAL"));
  assert.deepEqual([joined["status"], joined["channel"]], ["ok", GENERAL]);
  assert.equal((await ask(chat, max, join("#Dév")))["channel"], "#Dév");
  assert.equal((await ask(chat, ada, join("#dev")))["channel"], "#Dév");
  // With separate accents (NFD), and with a compatibility letter.
  assert.equal((await ask(chat, ada, join("#de\u0300v")))["channel"], "#Dév");
  assert.equal((await ask(chat, ada, join("#ｄev")))["channel"], "#Dév");
  assert.equal(outcome(await say(chat, max, { content: "ici", channel: "#dèv" })), "ack");
  assert.equal(chat.stored.at(-1)?.channel, "#Dév");
  const requests = [
    { type: "users", channel: "#dev" },
    { type: "history", channel: "#dev" },
    { type: "topic", channel: "#dev", topic: "x" },
    { type: "close_channel", channel: "#dev" },
    { type: "open_channel", channel: "#dev" },
    { type: "kick", user: "ada", channel: "#dev" },
    { type: "leave", channel: "#dev" },
  ];
  for (const request of requests) {
    const reply = await ask(chat, max, request);
    assert.equal(reply["channel"], "#Dév", JSON.stringify(reply));
  }
  const found = await ask(chat, max, { type: "search", query: "ici", channel: "#dev" });
  assert.equal((found["messages"] as unknown[]).length, 1);
  await say(chat, ada, "/join dev");
  assert.equal(outcome(await say(chat, ada, "moi aussi")), "ack");
  assert.equal(chat.stored.at(-1)?.channel, "#Dév");
  assert.equal(chat.services.channels.size, 2);
});

Deno.test("of two channels that differ only by accents the exact name decides, then the age", async () => {
  const chat = makeChat({ ada: "1234" });
  const { channels } = chat.services;
  // A database of an earlier version or a configuration may have two such channels.
  const old = channels.create({ name: "#été", createdBy: null, now: 0 });
  channels.configure([{ name: "#ete", roles: [], accounts: [], readOnly: false }], 0);
  const ada = await member(chat, "ada");
  assert.equal((await ask(chat, ada, join("#ÉTÉ")))["channel"], "#été");
  assert.equal((await ask(chat, ada, join("#ete")))["channel"], "#ete");
  assert.equal((await ask(chat, ada, join("#étè")))["channel"], "#été");
  await say(chat, ada, { content: "a", channel: "#ete" });
  await say(chat, ada, { content: "b", channel: "#été" });
  assert.deepEqual(chat.stored.map(({ channel }) => channel), ["#ete", "#été"]);
  channels.delete(old);
  assert.equal((await ask(chat, ada, join("#étè")))["channel"], "#ete");
});

Deno.test("an operator cannot create a channel that differs from another only by accents", async () => {
  const chat = makeChat();
  const operator = chat.operate();
  const made = await ask(chat, operator, { type: "channel_create", channel: "#general" });
  assert.equal(made["code"], "bad_request");
  assert.equal(chat.services.channels.size, 1);
});
