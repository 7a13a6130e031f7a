// Tests of restricted and read-only channels: who can see, join, read and write in them.
import assert from "node:assert/strict";
import { evictUnadmitted } from "../../../lib/chat/conversation/membership.ts";
import { makeChat } from "../fakes.ts";
import { ask, guest, heard, join, leave, member, outcome, say } from "../people.ts";

const GENERAL = "#général";

Deno.test("a restricted channel is unknown to every user whom it does not admit", async () => {
  const chat = makeChat({ ada: "1234/admin", max: "1234/moderator", bob: "1234", eve: "1234" });
  const { channels } = chat.services;
  channels.configure([
    { name: "#profs", roles: ["moderator"], accounts: ["Bob"], readOnly: false, topic: "hush" },
  ], 0);
  for (const name of ["ada", "max", "bob"]) {
    const peer = await member(chat, name);
    assert.equal(outcome(await ask(chat, peer, join("#profs"))), "ok", name);
    const listed = (await ask(chat, peer, { type: "channels" }))["channels"] as unknown[];
    assert.equal(listed.length, 2);
  }
  const bob = await member(chat, "bob");
  await say(chat, bob, { content: "secret word", channel: "#profs" });
  for (const peer of [await member(chat, "eve"), await guest(chat, "gus")]) {
    for (
      const request of [
        join("#profs"),
        leave("#profs"),
        { type: "history", channel: "#profs" },
        { type: "search", query: "secret", channel: "#profs" },
        { type: "users", channel: "#profs" },
        { type: "message", channel: "#profs", content: "x" },
        { type: "topic", channel: "#profs", topic: "x" },
      ]
    ) {
      const reply = await ask(chat, peer, request);
      assert.equal(reply["code"], "forbidden", request.type);
      assert.equal(reply["message"], "This channel is restricted.", request.type);
    }
    const list = (await ask(chat, peer, { type: "channels" }))["channels"] as { name: string }[];
    assert.deepEqual(list.map(({ name }) => name), [GENERAL]);
    const found = await ask(chat, peer, { type: "search", query: "secret" });
    assert.deepEqual(found["messages"], []);
  }
  const idle = chat.connect();
  await idle.say({ type: "users", channel: "#profs" });
  assert.equal(idle.take()[0]?.["code"], "forbidden");
});

Deno.test("a user who loses the role is removed from a restricted channel, at once or at the next login", async () => {
  const chat = makeChat({ max: "1234/moderator", mia: "1234/moderator" });
  const { channels, roster } = chat.services;
  channels.configure([{ name: "#profs", roles: ["moderator"], accounts: [], readOnly: false }], 0);
  const max = await member(chat, "max");
  const mia = await member(chat, "mia");
  for (const peer of [max, mia]) await ask(chat, peer, join("#profs"));
  mia.consumer.ended("client");
  for (const name of ["max", "mia"]) {
    chat.accountStore.setRole(chat.accountStore.findByKey(name)!.id, "member");
  }
  // Until then the user receives no message that it could not have read.
  assert.equal(outcome(await say(chat, max, { content: "x", channel: "#profs" })), "forbidden");
  evictUnadmitted(chat.services);
  chat.turn();
  assert.deepEqual(max.take().map(({ code, channel }) => [code, channel]), [[
    "expelled",
    "#profs",
  ]]);
  assert.deepEqual(channels.of(roster.find("max")!).map(({ channel }) => channel.name), [GENERAL]);
  const again = await member(chat, "mia");
  assert.deepEqual((await ask(chat, again, { type: "whoami" }))["channels"], [GENERAL]);
});

Deno.test("in a read-only channel moderators write and others read", async () => {
  const chat = makeChat({ max: "1234/moderator", bob: "1234" });
  chat.services.channels.configure(
    [{ name: "#annonces", roles: [], accounts: [], readOnly: true }],
    0,
  );
  const max = await member(chat, "max");
  const bob = await member(chat, "bob");
  await ask(chat, bob, join("#annonces"));
  assert.equal(outcome(await say(chat, max, { content: "listen", channel: "#annonces" })), "ack");
  assert.deepEqual(heard(bob), ["listen"]);
  assert.equal(outcome(await say(chat, bob, "no")), "forbidden");
});

Deno.test("channels of the configuration replace the stored ones, and exist even without members", async () => {
  const chat = makeChat({ ada: "1234" });
  const { channels } = chat.services;
  channels.configure([{ name: "#dev", roles: [], accounts: [], readOnly: false }], 0);
  channels.change(channels.find("#dev")!, { readOnly: true, topic: "set by a moderator" });
  channels.configure([{ name: "#DEV", roles: ["admin"], accounts: [], readOnly: false }], 0);
  const { channel } = channels.find("#dev")!;
  assert.deepEqual([channel.roles, channel.readOnly, channel.topic], [
    ["admin"],
    false,
    "set by a moderator",
  ]);
  channels.configure([{ name: "#dev", roles: [], accounts: [], readOnly: false }], 0);
  const ada = await member(chat, "ada");
  await ask(chat, ada, join("#dev"));
  await ask(chat, ada, leave("#dev"));
  assert.notEqual(channels.find("#dev"), undefined);
});

Deno.test("channels lists only what the asker may see, and does not count hidden members", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const ada = await member(chat, "ada");
  const bob = await member(chat, "bob");
  await bob.say({ type: "status", state: "invisible" });
  await ask(chat, ada, join("#b"));
  await ask(chat, ada, { type: "topic", channel: "#b", topic: "  about\n b " });
  await ask(chat, bob, join("#a"));
  await ask(chat, bob, join("#b"));
  assert.deepEqual(await ask(chat, ada, { type: "channels" }), {
    type: "channels",
    channels: [
      { name: GENERAL, topic: "", members: 1, restricted: false },
      { name: "#a", topic: "", members: 0, restricted: false },
      { name: "#b", topic: "about b", members: 1, restricted: false },
    ],
  });
  assert.deepEqual((await ask(chat, ada, { type: "users", channel: "#b" }))["users"], ["ada"]);
  assert.deepEqual((await ask(chat, bob, { type: "who", channel: "#B" }))["users"], ["ada", "bob"]);
  const idle = chat.connect();
  await idle.say({ type: "channels" });
  assert.equal(idle.take()[0]?.["code"], "login_required");
});
