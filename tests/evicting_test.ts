// Tests of lib/evicting.ts: whoever is not admitted any more leaves, looked at in short steps.
import assert from "node:assert/strict";
import { evictions } from "../lib/chat/membership.ts";
import { startEvicting } from "../lib/evicting.ts";
import { makeChat } from "./chat/fakes.ts";
import { ask, member } from "./chat/people.ts";
import { FakeClock } from "./support/clock.ts";

const log = { write: (...line: string[]) => assert.fail(line.join(" ")) };

Deno.test("members of restricted channels are looked at one by one, and leave where they are not admitted", async () => {
  const names = ["ada", "bob", "eve"];
  const chat = makeChat(Object.fromEntries(names.map((name) => [name, "1234"])));
  const { channels } = chat.services;
  for (const name of names) {
    const peer = await member(chat, name);
    await ask(chat, peer, { type: "join", channel: "#club" });
    await ask(chat, peer, { type: "join", channel: "#open" });
  }
  const club = channels.find("#club")!;
  channels.change(club, { accounts: ["bob"] });
  const steps = evictions(chat.services);
  assert.equal(steps.next().done, false);
  assert.equal(club.members.size, 2);
  assert.equal([...steps].length, 2);
  assert.deepEqual([...club.members].map(({ name }) => name), ["bob"]);
  assert.equal(channels.find("#open")!.members.size, 3);
});

Deno.test("it is done at the start and every ten seconds, until it ends", async () => {
  const chat = makeChat({ ada: "1234" });
  const { channels } = chat.services;
  const ada = await member(chat, "ada");
  await ask(chat, ada, { type: "join", channel: "#club" });
  const club = channels.find("#club")!;
  const clock = new FakeClock(0);
  const stop = startEvicting(chat.services, { log, clock });
  clock.pass(9_000);
  assert.equal(club.members.size, 1);
  channels.change(club, { roles: ["admin"] });
  clock.pass(2_000);
  assert.equal(club.members.size, 0);
  stop();
  assert.equal(clock.waiting, 0);
});
