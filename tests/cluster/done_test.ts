// A batch that says that a request is done has what the request has caused.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { startTown } from "./town.ts";

// The events of a connection before its messages: it was opened, and has joined.
const BEFORE = 2;

Deno.test("no batch says that a message is done without its ack", async () => {
  await using town = await startTown({ limits: { messages_per_second: 0, burst: 400 } });
  const client = await Client.connect(town.servers[1]!.port);
  await client.ask({ type: "message", from: "ada", content: "", ref: "join" });
  const lines = Array.from(
    { length: 60 },
    (_, i) => `${JSON.stringify({ type: "message", content: `${i}`, ref: `${i}` })}\n`,
  );
  // In many small writes, so that some arrive while a turn ends.
  for (const line of lines) await client.send(line);
  for (let i = 0; i < lines.length; i++) await client.find(({ ref }) => ref === `${i}`);
  let [done, acks] = [0, 0];
  for (const batch of town.log.batches) {
    for (const [, upTo] of batch.done) done = Math.max(done, upTo);
    for (const [, output] of batch.outputs) {
      for (const each of output) {
        if (!("bytes" in each)) continue;
        acks += new TextDecoder().decode(each.bytes).match(/"type":"ack"/g)?.length ?? 0;
      }
    }
    assert.ok(done - BEFORE <= acks, `${done - BEFORE} messages are done, ${acks} have an ack`);
  }
  assert.equal(acks, lines.length + 1);
  await client.close();
});
