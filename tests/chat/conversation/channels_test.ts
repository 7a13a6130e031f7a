// Tests of channels: joining, leaving and creating them, who receives messages, and what is stored.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, guest, heard, join, leave, member, outcome, say } from "../people.ts";

const GENERAL = "#général";

Deno.test("a member creates a channel by joining it, and only its members receive its messages", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const [ada, bob, eve] = [
    await member(chat, "ada"),
    await member(chat, "bob"),
    await guest(chat, "eve"),
  ];
  const joined = await ask(chat, ada, join("#Dev"));
  assert.deepEqual(joined, {
    type: "join",
    status: "ok",
    channel: "#Dev",
    topic: "",
    users: ["ada"],
  });
  assert.equal(outcome(await ask(chat, bob, join("#DEV"))), "ok");
  for (const peer of [ada, bob, eve]) peer.take();
  // The channel that was joined is the current channel.
  await say(chat, bob, "to the channel");
  await say(chat, eve, "to everyone");
  const [first, second, ...rest] = ada.take();
  assert.deepEqual([first?.["channel"], first?.["content"]], ["#Dev", "to the channel"]);
  assert.deepEqual([second?.["channel"], second?.["content"]], [GENERAL, "to everyone"]);
  assert.deepEqual(rest, []);
  assert.deepEqual(heard(bob), ["to everyone"]);
  assert.deepEqual(heard(eve), []);
});

Deno.test("lines to several channels in one turn arrive in order at each member, encoded once", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234", eve: "1234" });
  const [ada, bob, eve, gus] = [
    await member(chat, "ada"),
    await member(chat, "bob"),
    await member(chat, "eve"),
    await guest(chat, "gus"),
  ];
  for (const peer of [ada, bob]) await ask(chat, peer, join("#dev"));
  for (const peer of [bob, eve]) await ask(chat, peer, join("#ops"));
  for (const peer of [ada, bob, eve, gus]) peer.take();
  const encode = TextEncoder.prototype.encode;
  let encodes = 0;
  await ada.say({ type: "message", channel: "#dev", content: "d1" });
  await eve.say({ type: "message", channel: "#ops", content: "o1" });
  await gus.say({ type: "message", content: "g1" });
  await gus.say({ type: "status", state: "away" });
  await bob.say({ type: "message", channel: "#dev", content: "d2" });
  TextEncoder.prototype.encode = function (text) {
    encodes++;
    return encode.call(this, text);
  };
  chat.turn();
  TextEncoder.prototype.encode = encode;
  assert.equal(encodes, 1);
  const told = (peer: typeof ada) => peer.take().map((line) => line["content"] ?? line["state"]);
  assert.deepEqual(told(ada), ["g1", "away", "d2"]);
  assert.deepEqual(told(bob), ["d1", "o1", "g1", "away"]);
  assert.deepEqual(told(eve), ["g1", "away"]);
  assert.deepEqual(told(gus), []);
});

Deno.test("a guest may not create a channel, and the error tells who may", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  const refused = await ask(chat, gus, join("#dev"));
  assert.equal(refused["code"], "unknown_channel");
  assert.match(String(refused["message"]), /Only members/);
  assert.equal(outcome(await ask(chat, gus, join("dev"))), "bad_request");
  assert.equal(outcome(await ask(chat, gus, join("#a b"))), "bad_request");
  assert.equal(outcome(await ask(chat, gus, join(`#${"x".repeat(33)}`))), "bad_request");
  const anyone = makeChat({}, {
    channelRules: { create: "anyone", max: 4, perUser: 50, perMaker: 1 },
  });
  const eve = await guest(anyone, "eve");
  for (const name of ["#a", "#b"]) {
    assert.equal(outcome(await ask(anyone, eve, join(name))), "ok");
    await say(anyone, eve, "mine");
  }
  // All guests together may create half of the channels.
  assert.equal(outcome(await ask(anyone, eve, join("#c"))), "forbidden");
});

Deno.test("channels are limited in total, per user and per creator", async () => {
  const rules = { create: "members", max: 4, perUser: 2, perMaker: 1 } as const;
  const chat = makeChat({ ada: "1234", bob: "1234", eve: "1234" }, { channelRules: rules });
  const [ada, bob, eve] = [
    await member(chat, "ada"),
    await member(chat, "bob"),
    await member(chat, "eve"),
  ];
  assert.equal(outcome(await ask(chat, ada, join("#a"))), "ok");
  assert.match(
    String((await ask(chat, ada, join("#a2")))["message"]),
    /Limit of created channels \(1\) reached/,
  );
  assert.equal(outcome(await ask(chat, bob, join("#b"))), "ok");
  assert.equal(outcome(await ask(chat, eve, join("#e"))), "ok");
  assert.match(String((await ask(chat, eve, join("#f")))["message"]), /limit \(4\)/);
  assert.equal(outcome(await ask(chat, eve, join("#a"))), "ok");
  assert.match(
    String((await ask(chat, eve, join("#b")))["message"]),
    /Limit of joined channels \(2\) reached/,
  );
  assert.match(
    String((await say(chat, eve, { content: "x", channel: "#b" }))["message"]),
    /Limit of joined channels \(2\) reached/,
  );
});

Deno.test("a channel without messages is deleted with its last member", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const ada = await member(chat, "ada");
  const bob = await member(chat, "bob");
  await ask(chat, ada, join("#empty"));
  await ask(chat, ada, leave("#empty"));
  assert.equal(chat.services.channels.find("#empty"), undefined);
  await ask(chat, ada, join("#kept"));
  await say(chat, ada, "something");
  await ask(chat, ada, leave());
  assert.notEqual(chat.services.channels.find("#kept"), undefined);
  await ask(chat, ada, join("#shared"));
  await ask(chat, bob, join("#shared"));
  bob.consumer.ended("client");
  await ask(chat, ada, leave());
  assert.notEqual(chat.services.channels.find("#shared"), undefined, "bob is a member, offline");
});

Deno.test("an account is in its channels again after the next login, a guest is not", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = await member(chat, "ada");
  const gus = await guest(chat, "gus");
  await ask(chat, ada, join("#dev"));
  await ask(chat, gus, join("#dev"));
  await say(chat, ada, "kept");
  await ask(chat, ada, leave(GENERAL));
  assert.deepEqual((await ask(chat, ada, { type: "whoami" }))["channels"], ["#dev"]);
  ada.consumer.ended("client");
  await ask(chat, gus, { type: "logout" });
  const again = await member(chat, "ada");
  assert.deepEqual((await ask(chat, again, { type: "whoami" }))["channels"], [GENERAL, "#dev"]);
  // Messages without a channel go to #général until the connection joins another one.
  await say(chat, again, "x");
  assert.equal(chat.stored.at(-1)?.channel, GENERAL);
  const gusAgain = await guest(chat, "gus");
  assert.deepEqual((await ask(chat, gusAgain, { type: "whoami" }))["channels"], [GENERAL]);
});

Deno.test("connections of an account share its channels, but each has its own current channel", async () => {
  const chat = makeChat({ ada: "1234" });
  const [one, two, gus] = [
    await member(chat, "ada"),
    await member(chat, "ada"),
    await guest(chat, "gus"),
  ];
  await ask(chat, one, join("#dev"));
  await say(chat, two, "from the second");
  assert.equal(chat.stored.at(-1)?.channel, GENERAL);
  await ask(chat, gus, join("#dev"));
  two.take();
  await say(chat, gus, "for both");
  assert.deepEqual([heard(one).at(-1), heard(two).at(-1)], ["for both", "for both"]);
  // If one connection leaves the channel, the other one leaves it too, and neither has it as its current channel.
  await ask(chat, two, leave("#dev"));
  await say(chat, one, "where?");
  assert.equal(chat.stored.at(-1)?.channel, GENERAL);
});

Deno.test("a message with a channel joins it but does not make it current", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = await member(chat, "ada");
  await ask(chat, ada, join("#dev"));
  const gus = chat.connect();
  await gus.say({ type: "message", from: "gus", channel: "#dev", content: "first" });
  chat.turn();
  assert.deepEqual(heard(ada), ["first"]);
  assert.deepEqual((await ask(chat, gus, { type: "whoami" }))["channels"], [GENERAL, "#dev"]);
  await say(chat, gus, "second");
  assert.equal(chat.stored.at(-1)?.channel, GENERAL);
  const stranger = chat.connect();
  await stranger.say({ type: "message", from: "x", channel: "#nope", content: "y" });
  assert.equal(stranger.take()[0]?.["code"], "unknown_channel");
  await stranger.say({ type: "whoami" });
  assert.equal(stranger.take()[0]?.["code"], "login_required");
});

Deno.test("after leaving, #général is current; a channel that the user is not in cannot be left", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = await member(chat, "ada");
  assert.equal(outcome(await ask(chat, ada, leave("#dev"))), "unknown_channel");
  await ask(chat, ada, join("#dev"));
  await say(chat, ada, "x");
  await ask(chat, ada, leave(GENERAL));
  assert.deepEqual((await ask(chat, ada, leave()))["channel"], "#dev");
  assert.deepEqual((await ask(chat, ada, { type: "whoami" }))["channels"], [GENERAL]);
  assert.equal(outcome(await ask(chat, ada, leave("#dev"))), "not_in_channel");
  await ask(chat, ada, leave());
  assert.deepEqual((await ask(chat, ada, { type: "whoami" }))["channels"], []);
  // A user who has left #général is a member again after writing there.
  await say(chat, ada, "back");
  assert.deepEqual((await ask(chat, ada, { type: "whoami" }))["channels"], [GENERAL]);
});

Deno.test("a message of the same turn keeps its channel from being deleted with its last member", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = await member(chat, "ada");
  await ask(chat, ada, join("#dev"));
  await ada.say({ type: "message", content: "quick" });
  await ada.say(leave());
  chat.turn();
  assert.notEqual(chat.services.channels.find("#dev"), undefined);
  const gone = makeChat({}, {
    channelRules: { create: "anyone", max: 10, perUser: 9, perMaker: 9 },
  });
  const gus = await guest(gone, "gus");
  await ask(gone, gus, join("#guests"));
  gus.consumer.ended("client");
  assert.equal(gone.services.channels.find("#guests"), undefined);
});

Deno.test("a user removed from a channel returns to #général only if that channel was current", async () => {
  const chat = makeChat({ max: "1234/moderator", bob: "1234" });
  const max = await member(chat, "max");
  const bob = await member(chat, "bob");
  for (const name of ["#a", "#b"]) await ask(chat, bob, join(name));
  await ask(chat, bob, leave(GENERAL));
  const names = async () => (await ask(chat, bob, { type: "whoami" }))["channels"];
  await ask(chat, max, { type: "kick", user: "bob", channel: "#a" });
  assert.deepEqual(await names(), ["#b"]);
  await ask(chat, max, { type: "kick", user: "bob", channel: "#b" });
  assert.deepEqual(await names(), [GENERAL]);
});

Deno.test("a connection ends properly even if the database cannot be written", async () => {
  const channelRules = { create: "anyone", max: 9, perUser: 9, perMaker: 9 } as const;
  const chat = makeChat({}, { channelRules });
  const eve = await guest(chat, "eve");
  const gus = await guest(chat, "gus");
  await ask(chat, gus, { type: "join", channel: "#mine" });
  eve.take();
  chat.database.sqlite.exec("PRAGMA query_only = ON");
  gus.consumer.ended("client");
  chat.turn();
  assert.deepEqual(eve.take(), [{ type: "status", user: "gus", state: "offline" }]);
  assert.deepEqual(chat.events.at(-1), ["disconnected", "client"]);
  assert.equal(chat.events.at(-2)?.[0], "handlerFailed");
  assert.notEqual(chat.services.channels.find("#mine"), undefined);
});
