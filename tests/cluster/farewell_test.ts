// A node that stops tells its own users, and nobody else.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { startTown } from "./town.ts";

Deno.test("a node that stops tells its users the reason, and the others hear that they have left", async () => {
  await using town = await startTown();
  const [first, second] = town.servers;
  await using lea = await Client.guest(second!.port, "léa");
  await lea.ask({ type: "message", content: "x", ref: "1" });
  await using old = await Client.connect(second!.port);
  await old.send({ type: "message", from: "old", content: "" });
  await old.ask({ type: "users" });
  await using bob = await Client.guest(first!.port, "bob");
  await using operator = await Client.operator(second!.running.adminSocket!);
  await operator.ask({ type: "stats" });
  await second!.running.stop("update");
  const last = (await lea.end()).at(-1)!;
  assert.deepEqual([last["type"], last["code"]], ["system", "shutting_down"]);
  assert.match(String(last["content"]), /shutting down.*update/);
  const told = (await old.end()).at(-1)!;
  assert.deepEqual([told["from"], told["subtype"]], ["ClassCord", "private"]);
  assert.match(String(told["content"]), /update/);
  await operator.ending();
  const left = new Set();
  while (left.size < 2) left.add((await bob.find(({ state }) => state === "offline"))["user"]);
  assert.deepEqual([...left].sort(), ["léa", "old"]);
  assert.deepEqual(await bob.sync(), []);
});

Deno.test("a leader that stops tells its users, and those of the other nodes notice nothing", async () => {
  await using town = await startTown();
  const [first, second] = town.servers;
  await using lea = await Client.guest(first!.port, "léa");
  await lea.ask({ type: "message", content: "x", ref: "1" });
  await using bob = await Client.guest(second!.port, "bob");
  await town.stopLeader();
  assert.equal((await lea.end()).at(-1)!["code"], "shutting_down");
  assert.equal((await bob.ask({ type: "message", content: "y", ref: "2" }))["user"], "léa");
  assert.equal((await bob.line())["type"], "ack");
  assert.deepEqual((await bob.ask({ type: "users" }))["users"], ["bob"]);
});
