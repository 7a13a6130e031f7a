// A node that stops in order: its users are told, and what they have asked for is done.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";

async function join({ port }: TestServer, from: string): Promise<Client> {
  const client = await Client.connect(port);
  await client.send({ type: "message", from, content: "", ref: "join" });
  await client.find(({ ref }) => ref === "join");
  return client;
}

for (const [which, index] of [["leads", 0], ["follows", 1]] as const) {
  Deno.test(`a node that ${which} finishes the requests of its users and tells them why it stops`, async () => {
    await using town = await startTown({ limits: { messages_per_second: 0 } });
    const stopped = town.servers[index]!;
    const [ada, bob] = [await join(stopped, "ada"), await join(town.servers[2]!, "bob")];
    const old = await Client.connect(stopped.port);
    await old.send({ type: "message", from: "old", content: "" });
    await old.ask({ type: "users" });
    await ada.find(({ user, state }) => user === "old" && state === "online");
    for (let i = 0; i < 10; i++) await ada.send({ type: "message", content: `${i}`, ref: `${i}` });
    // The first ack shows that the server has read them.
    await ada.find(({ ref }) => ref === "0");
    await stopped.running.stop("update");
    const lines = await ada.end();
    assert.deepEqual(
      lines.filter(({ type }) => type === "ack").map(({ ref }) => ref),
      Array.from({ length: 9 }, (_, i) => `${i + 1}`),
    );
    const last = lines.at(-1)!;
    assert.deepEqual([last["type"], last["code"]], ["system", "shutting_down"]);
    assert.match(String(last["content"]), /The server is shutting down.*update/);
    const told = (await old.end()).at(-1)!;
    assert.deepEqual([told["from"], told["subtype"]], ["ClassCord", "private"]);
    assert.match(String(told["content"]), /shutting down/);
    // The others know that they have left, and go on.
    const left = new Set(["ada", "old"]);
    while (left.size > 0) {
      const { user } = await bob.find(({ state }) => state === "offline");
      assert.ok(left.delete(String(user)), `${user} has left twice`);
    }
    await bob.send({ type: "message", content: "here", ref: "here" });
    assert.equal((await bob.find(({ ref }) => ref === "here"))["type"], "ack");
    for (const client of [ada, bob, old]) await client.close();
  });
}
