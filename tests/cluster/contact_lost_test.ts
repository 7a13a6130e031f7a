// A node that is cut off from its cluster: what its clients are answered, and how it comes back.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";
import { ask, join, joinOld, OPEN, untilReady } from "./townsfolk.ts";

Deno.test(
  "a node that is cut off refuses what changes anything, goes on reading, and recovers",
  async () => {
    await using town = await startTown(OPEN, { cutOff: 1_500, giveUp: 600_000 });
    const [leader, second] = town.servers as [TestServer, TestServer];
    const [ada, bob, old] = [
      await join(second, "ada"),
      await join(leader, "bob"),
      await joinOld(second, "old"),
    ];
    await ask(bob, { type: "message", content: "before" });
    await ada.find(({ content }) => content === "before");
    town.lines[1]!.cut();
    await ada.send({ type: "message", content: "waits", ref: "waits" });
    assert.deepEqual(await untilReady(second, false), ["this server is cut off from its cluster"]);
    // It is refused if it cannot have left.
    const isRefused = (await ada.sync()).some(({ ref, code }) =>
      ref === "waits" && code === "busy"
    );
    const done = isRefused ? [] : ["waits"];

    const busy = await ask(ada, { type: "message", content: "now" });
    assert.deepEqual([busy["type"], busy["code"], busy["retry_after"]], ["error", "busy", 5]);
    for (const request of [{ type: "join", channel: "#dev" }, { type: "status", state: "away" }]) {
      assert.equal((await ask(ada, request))["code"], "busy");
    }
    const { messages } = await ask(ada, { type: "history", channel: "#général" });
    assert.deepEqual((messages as Line[]).map(({ content }) => content), ["before"]);
    assert.deepEqual((await ask(ada, { type: "users" }))["users"], ["ada", "bob", "old"]);
    assert.equal((await ask(ada, { type: "whoami" }))["name"], "ada");
    assert.equal((await ask(ada, { type: "history", with: "bob" }))["type"], "error");
    assert.equal((await ask(ada, { type: "ping" }))["type"], "pong");

    // An old client is told by a message, because it shows nothing else.
    await old.find(({ content }) => content === "before");
    await old.send({ type: "message", content: "lost" });
    assert.equal((await old.line())["code"], "busy");
    const told = await old.line();
    assert.deepEqual([told["from"], told["subtype"]], ["ClassCord", "private"]);
    assert.match(String(told["content"]), /server busy.*lost/);
    // One that logs in gets one line.
    const late = await Client.connect(second.port);
    const refused = await late.ask({ type: "login", username: "eve", password: "1234" });
    assert.equal(refused["code"], "busy");
    assert.deepEqual(await late.ask({ type: "users" }).then(({ type }) => type), "users");

    town.lines[1]!.mend();
    // What may have left before the node was found to be cut off is done once.
    if (!isRefused) await ada.find(({ type, ref }) => type === "ack" && ref === "waits");
    assert.deepEqual(await untilReady(second, true), []);
    assert.equal((await ask(ada, { type: "message", content: "after" }))["type"], "ack");
    const heard = await messagesUntil(bob, ({ content }) => content === "after");
    assert.deepEqual(heard.map(({ content }) => content), [...done, "after"]);
    const account = { username: "eve", password: "1234" };
    assert.equal((await late.ask({ type: "register", ...account }))["status"], "ok");
    assert.equal((await late.ask({ type: "login", ...account }))["status"], "ok");
    const { messages: all } = await ask(bob, { type: "history", channel: "#général" });
    assert.deepEqual((all as Line[]).map(({ content }) => content), ["before", ...done, "after"]);
    for (const client of [ada, bob, old, late]) await client.close();
  },
);

Deno.test(
  "without the log, all nodes close their connections after a while, and come back by themselves",
  async () => {
    await using town = await startTown(OPEN, { cutOff: 1_500, giveUp: 3_000 });
    const clients: Client[] = [];
    for (const [index, server] of town.servers.entries()) {
      clients.push(await join(server, `new${index}`), await joinOld(server, `old${index}`));
    }
    await checkOthers(clients);
    for (const line of town.lines) line.cut();
    for (const [index, client] of clients.entries()) {
      const last = (await client.end()).at(-1)!;
      assert.match(String(last["content"]), /lost the others/);
      if (index % 2 === 0) assert.equal(last["code"], "shutting_down");
      else assert.deepEqual([last["from"], last["subtype"]], ["ClassCord", "private"]);
    }
    for (const { port, running } of town.servers) {
      const refused = await Client.connect(port);
      const [line] = await refused.end();
      assert.deepEqual([line!["code"], line!["retry_after"]], ["busy", 5]);
      await refused.close();
      // Operators can still look at this server.
      await using operator = await Client.operator(running.adminSocket!);
      assert.equal((await operator.ask({ type: "stats" }))["type"], "stats");
      assert.equal((await operator.ask({ type: "ban", user: "new0" }))["code"], "busy");
    }
    for (const client of clients) await client.close();
    for (const line of town.lines) line.mend();
    for (const server of town.servers) await untilReady(server, true);
    const again = await Promise.all(
      town.servers.map((server, index) => join(server, `again${index}`)),
    );
    for (const client of again) {
      for (;;) {
        const { users } = await ask(client, { type: "users" });
        // Those of before leave as soon as their nodes have told the leader.
        if ((users as string[]).every((name) => name.startsWith("again"))) break;
      }
    }
    await checkOthers(again);
    for (const client of again) await client.close();
  },
);

Deno.test("a leader that is cut off is replaced, and what it did alone never happened", async () => {
  await using town = await startTown(OPEN, { cutOff: 1_500, giveUp: 600_000 });
  const [first, second] = town.servers as [TestServer, TestServer];
  const [ada, bob] = [await join(first, "ada"), await join(second, "bob")];
  town.lines[0]!.cut();
  await ada.send({ type: "message", content: "alone", ref: "alone" });
  await untilReady(first, false);
  assert.equal((await ask(ada, { type: "message", content: "late" }))["code"], "busy");
  // The others go on. With these times, they are cut off until one of them leads.
  await untilReady(second, true);
  for (;;) {
    const { type } = await ask(bob, { type: "message", content: "without" });
    if (type === "ack") break;
  }
  const { messages } = await ask(ada, { type: "history", channel: "#général" });
  assert.deepEqual(messages, [], "what the log has not is shown to nobody");
  town.lines[0]!.mend();
  await ada.find(({ type, ref }) => type === "ack" && ref === "alone");
  await bob.find(({ content }) => content === "alone");
  const { messages: all } = await ask(bob, { type: "history", channel: "#général" });
  assert.deepEqual((all as Line[]).map(({ content }) => content), ["without", "alone"]);
  assert.equal(first.running.node!.leads, false);
  for (const client of [ada, bob]) await client.close();
});

/** Returns the messages that a client receives, up to one that is wanted. */
async function messagesUntil(client: Client, wanted: (line: Line) => boolean): Promise<Line[]> {
  const messages: Line[] = [];
  while (!messages.some(wanted)) messages.push(await client.find(({ type }) => type === "message"));
  return messages;
}

async function checkOthers(clients: readonly Client[]): Promise<void> {
  const [first, ...others] = clients;
  const content = crypto.randomUUID();
  assert.equal((await ask(first!, { type: "message", content }))["type"], "ack");
  for (const client of others) await client.find((line) => line["content"] === content);
}
