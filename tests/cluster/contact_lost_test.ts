// A node that is cut off from its cluster: what its clients are answered, and how it comes back.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";

const OPEN = { limits: { burst: 400, messages_per_second: 0 } };

/** Asks until the server is ready, or is not. @returns The reasons why not. */
async function untilReady({ metricsPort }: TestServer, isReady: boolean): Promise<string[]> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/readyz`);
    const { reasons } = await response.json();
    if (response.status === (isReady ? 200 : 503)) return reasons;
  }
}

/** Sends a request and returns the line that has its `ref`. */
async function ask(client: Client, request: Line): Promise<Line> {
  const ref = crypto.randomUUID();
  await client.send({ ...request, ref });
  return await client.find((line) => line["ref"] === ref);
}

async function join(server: TestServer, from: string): Promise<Client> {
  const client = await Client.connect(server.port);
  assert.equal((await ask(client, { type: "message", from, content: "" }))["type"], "ack");
  return client;
}

/** A guest of an old client. */
async function joinOld(server: TestServer, from: string): Promise<Client> {
  const client = await Client.connect(server.port);
  await client.send({ type: "message", from, content: "" });
  await client.ask({ type: "users" });
  return client;
}

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
    // What was sent before the node was found to be cut off is done once.
    await ada.find(({ type, ref }) => type === "ack" && ref === "waits");
    assert.equal((await bob.find(({ content }) => content === "waits"))["from"], "ada");
    assert.deepEqual(await untilReady(second, true), []);
    assert.equal((await ask(ada, { type: "message", content: "after" }))["type"], "ack");
    await bob.find(({ content }) => content === "after");
    const account = { username: "eve", password: "1234" };
    assert.equal((await late.ask({ type: "register", ...account }))["status"], "ok");
    assert.equal((await late.ask({ type: "login", ...account }))["status"], "ok");
    const { messages: all } = await ask(bob, { type: "history", channel: "#général" });
    assert.deepEqual((all as Line[]).map(({ content }) => content), ["before", "waits", "after"]);
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

async function checkOthers(clients: readonly Client[]): Promise<void> {
  const [first, ...others] = clients;
  const content = crypto.randomUUID();
  assert.equal((await ask(first!, { type: "message", content }))["type"], "ack");
  for (const client of others) await client.find((line) => line["content"] === content);
}
