// What the nodes of a cluster tell of themselves.
import assert from "node:assert/strict";
import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { VERSION } from "../../lib/version.ts";
import { Client } from "../support/client.ts";
import { startTown } from "./town.ts";

Deno.test("each node tells its name, who leads, and how far its database is", async () => {
  await using town = await startTown();
  await using client = await Client.connect(town.servers[1]!.port);
  await client.ask({ type: "message", from: "ada", content: "", ref: "1" });
  const [first, second, third] = town.servers.map(({ running }) => running.status!());
  assert.equal(first!.leads, true);
  assert.equal(first!.batch, town.log.last);
  assert.deepEqual([second!.leads, third!.leads], [false, false]);
  for (
    const [status, name] of [[first!, "first"], [second!, "second"], [third!, "third"]] as const
  ) {
    assert.equal(status.node, name);
    assert.match(status.run, new RegExp(`^${name}_\\d+$`));
    assert.equal(status.leader, "first");
    assert.equal(status.version, VERSION);
    assert.equal(status.schema, SCHEMA_VERSION);
    assert.equal(status.natsConnected, true);
  }
  assert.deepEqual([first!.clients, second!.clients, third!.clients], [0, 1, 0]);
});

Deno.test("after another node took over, the nodes tell that it leads", async () => {
  await using town = await startTown();
  await town.stopLeader();
  const [second, third] = town.servers.slice(1);
  await using client = await Client.connect(third!.port);
  // The ack comes from the new leader.
  await client.ask({ type: "message", from: "ada", content: "", ref: "1" });
  const leader = [second!, third!].find(({ running }) => running.status!().leads);
  assert.equal(third!.running.status!().leader, leader!.running.status!().node);
});
