// Tests of channels that admit groups: who can see, join and read them, and when that changes.
import assert from "node:assert/strict";
import type { FakeChat, FakePeer, Line } from "../fakes.ts";
import { ask, guest, join, member, outcome, say } from "../people.ts";
import { lesson } from "./lesson.ts";
import { notices } from "./staff.ts";

const GENERAL = "#général";

async function channelsOf(chat: FakeChat, peer: FakePeer): Promise<string[]> {
  const { channels } = await ask(chat, peer, { type: "channels" });
  return (channels as { name: string }[]).map(({ name }) => name);
}

Deno.test("a channel admits the accounts of its groups, and is unknown to everyone else", async () => {
  const { chat, root, operate } = await lesson();
  const told = await operate("channel_update", { channel: "#cours", topic: "Java" });
  assert.deepEqual(told, {
    type: "channel_update",
    status: "ok",
    channel: "#cours",
    topic: "Java",
    roles: [],
    accounts: [],
    read_only: false,
    groups: ["2SLAM"],
  });
  const bob = await member(chat, "bob");
  assert.deepEqual(await channelsOf(chat, bob), [GENERAL, "#cours"]);
  assert.equal(outcome(await ask(chat, bob, join("#cours"))), "ok");
  assert.equal(outcome(await say(chat, bob, { content: "secret word", channel: "#cours" })), "ack");
  // A guest cannot have the name of an account, but an account that is deleted leaves its name.
  await operate("user_delete", { user: "ada" });
  const others = [await member(chat, "eve"), await member(chat, "max"), await guest(chat, "ada")];
  for (const peer of others) {
    assert.deepEqual(await channelsOf(chat, peer), [GENERAL]);
    for (
      const request of [
        join("#cours"),
        { type: "history", channel: "#cours" },
        { type: "search", query: "secret", channel: "#cours" },
        { type: "users", channel: "#cours" },
        { type: "message", channel: "#cours", content: "x" },
        { type: "topic", channel: "#cours", topic: "x" },
      ]
    ) {
      const reply = await ask(chat, peer, request);
      assert.deepEqual([reply["code"], reply["reason"]], ["forbidden", "restricted"], request.type);
    }
    const found = await ask(chat, peer, { type: "search", query: "secret" });
    assert.deepEqual(found["messages"], []);
  }
  const found = await ask(chat, bob, { type: "search", query: "secret" });
  assert.equal((found["messages"] as Line[]).length, 1);
  const listed = (await ask(chat, root, { type: "channels" }))["channels"] as Line[];
  assert.equal(listed.find(({ name }) => name === "#cours")?.["restricted"], true);
});

Deno.test("an account that leaves a group loses the channel at once, unless it is admitted otherwise", async () => {
  const { chat, operate } = await lesson();
  await operate("group_create", { group: "club" });
  await operate("group_add", { group: "club", users: ["bob"] });
  await operate("channel_create", { channel: "#both", groups: ["2SLAM", "club"] });
  await operate("channel_create", { channel: "#named", groups: ["2SLAM"], accounts: ["bob"] });
  const [ada, bob] = [await member(chat, "ada"), await member(chat, "bob")];
  for (const channel of ["#cours", "#both", "#named"]) {
    for (const peer of [ada, bob]) await ask(chat, peer, join(channel));
  }
  await say(chat, ada, { content: "before", channel: "#cours" });
  for (const peer of [ada, bob]) peer.take();
  await operate("group_remove", { group: "2SLAM", users: ["bob"] });
  assert.deepEqual(ada.take().filter(({ type }) => type === "system"), []);
  assert.deepEqual(bob.take().map(({ code, channel }) => [code, channel]), [[
    "expelled",
    "#cours",
  ]]);
  assert.deepEqual(await channelsOf(chat, bob), [GENERAL, "#both", "#named"]);
  assert.deepEqual((await ask(chat, bob, { type: "whoami" }))["channels"], [
    GENERAL,
    "#both",
    "#named",
  ]);
  await say(chat, ada, { content: "after", channel: "#cours" });
  assert.deepEqual(bob.take(), []);
  const reply = await ask(chat, bob, { type: "history", channel: "#cours" });
  assert.equal(outcome(reply), "forbidden");
  assert.deepEqual((await ask(chat, bob, { type: "search", query: "before" }))["messages"], []);
});

Deno.test("an account that leaves a group while it is offline is not in the channel at its next login", async () => {
  const { chat, operate } = await lesson();
  const bob = await member(chat, "bob");
  await ask(chat, bob, join("#cours"));
  bob.consumer.ended("client");
  await operate("group_remove", { group: "2SLAM", users: ["bob"] });
  const again = await member(chat, "bob");
  assert.deepEqual((await ask(chat, again, { type: "whoami" }))["channels"], [GENERAL]);
});

Deno.test("an account that is added to a group may join its channels at once", async () => {
  const { chat, operate } = await lesson();
  const eve = await member(chat, "eve");
  assert.equal(outcome(await ask(chat, eve, join("#cours"))), "forbidden");
  await operate("group_add", { group: "2SLAM", users: ["eve"] });
  assert.equal(outcome(await ask(chat, eve, join("#cours"))), "ok");
});

Deno.test("a deleted group admits nobody, and a group of that name that is created later admits its accounts", async () => {
  const { chat, operate } = await lesson();
  const bob = await member(chat, "bob");
  await ask(chat, bob, join("#cours"));
  await operate("group_delete", { group: "2SLAM" });
  assert.deepEqual(notices(bob).map((notice) => notice.split(":")[0]), ["expelled"]);
  const shown = await operate("channel_update", { channel: "#cours" });
  assert.deepEqual(shown["groups"], ["2slam"]);
  assert.deepEqual(await channelsOf(chat, bob), [GENERAL]);
  await operate("group_create", { group: "2Slam" });
  assert.deepEqual(await channelsOf(chat, bob), [GENERAL], "the new group has no accounts yet");
  await operate("group_add", { group: "2Slam", users: ["bob"] });
  assert.deepEqual(await channelsOf(chat, bob), [GENERAL, "#cours"]);
});

Deno.test("channels admit a renamed group under its new name, and nobody is removed", async () => {
  const { chat, operate } = await lesson();
  await operate("channel_create", { channel: "#both", groups: ["club", "2SLAM", "3SLAM"] });
  const bob = await member(chat, "bob");
  for (const channel of ["#cours", "#both"]) await ask(chat, bob, join(channel));
  await operate("group_rename", { group: "2SLAM", name: "3SLAM" });
  assert.deepEqual(bob.take(), []);
  assert.deepEqual(await channelsOf(chat, bob), [GENERAL, "#both", "#cours"]);
  const groups = async (channel: string) =>
    (await operate("channel_update", { channel }))["groups"];
  assert.deepEqual([await groups("#cours"), await groups("#both")], [["3SLAM"], ["club", "3SLAM"]]);
  // The old name is free, and a group of that name is another group.
  await operate("group_create", { group: "2SLAM" });
  await operate("group_add", { group: "2SLAM", users: ["eve"] });
  assert.deepEqual(await channelsOf(chat, await member(chat, "eve")), [GENERAL]);
});

Deno.test("channels of the configuration admit groups, and the next configuration replaces their groups", async () => {
  const { chat } = await lesson();
  const { channels } = chat.services;
  const common = { roles: [], accounts: [], readOnly: false };
  channels.configure([{ ...common, name: "#club", groups: ["Club", "2SLAM"] }], 0);
  assert.deepEqual(channels.find("#club")!.channel.groups, ["club", "2slam"]);
  const bob = await member(chat, "bob");
  assert.equal(outcome(await ask(chat, bob, join("#club"))), "ok");
  channels.configure([{ ...common, name: "#club" }], 0);
  assert.deepEqual(channels.find("#club")!.channel.groups, []);
});

Deno.test("the groups of an account are looked up once for a request, and only if they decide", async () => {
  const { chat, operate } = await lesson();
  await operate("channel_create", { channel: "#two", groups: ["2SLAM"] });
  await operate("channel_create", { channel: "#named", accounts: ["bob"], groups: ["2SLAM"] });
  const bob = await member(chat, "bob");
  const { groups } = chat.services;
  const { keysOf } = groups;
  let lookups = 0;
  groups.keysOf = (id) => {
    lookups++;
    return keysOf.call(groups, id);
  };
  assert.deepEqual((await channelsOf(chat, bob)).length, 4);
  assert.equal(lookups, 1);
  await say(chat, bob, "everyone may read this");
  await ask(chat, bob, join("#named"));
  assert.equal(lookups, 1);
});
