// A leader that resigns, for planned work.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { startTown } from "./town.ts";

Deno.test("when the leader resigns, another node leads at once, and every request is answered once", async () => {
  await using town = await startTown({ limits: { messages_per_second: 0 } });
  const leaders = () => town.servers.filter(({ running }) => running.node!.leads);
  const [first] = leaders();
  const clients = await Promise.all(town.servers.map(({ port }) => Client.connect(port)));
  for (const [index, client] of clients.entries()) {
    await client.ask({ type: "message", from: `pupil${index}`, content: "", ref: "join" });
  }
  const began = performance.now();
  for (const client of clients) {
    for (let i = 0; i < 20; i++) {
      await client.send({ type: "message", content: `${i}`, ref: `${i}` });
    }
  }
  assert.equal(await first!.running.node!.resign(), true);
  assert.equal(await first!.running.node!.resign(), false, "it leads no more");
  for (const client of clients) {
    for (let i = 0; i < 20; i++) {
      await client.send({ type: "message", content: `${i}`, ref: `+${i}` });
    }
  }
  const acks = await Promise.all(clients.map(async (client) => {
    const refs: unknown[] = [];
    while (refs.length < 40) {
      const { type, ref } = await client.line();
      if (type === "ack") refs.push(ref);
    }
    return refs;
  }));
  const sent = Array.from({ length: 40 }, (_, i) => i < 20 ? `${i}` : `+${i - 20}`);
  for (const refs of acks) assert.deepEqual(refs, sent);
  assert.ok(performance.now() - began < 3_000, "nobody waits for silence");
  const [second] = leaders();
  assert.notEqual(second, undefined);
  assert.notEqual(second, first);
  const leads = town.log.batches.filter(({ lead }) => lead !== undefined);
  assert.equal(leads.length, 2);
  for (const client of clients) await client.close();
});
