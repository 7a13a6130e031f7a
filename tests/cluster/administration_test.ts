// What operators see of a cluster, and how they remove a node and let another one lead.
import assert from "node:assert/strict";
import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { VERSION } from "../../lib/version.ts";
import { Client, type Line } from "../support/client.ts";
import { startTestServer } from "../support/server.ts";
import { startTown, type Town } from "./town.ts";

async function operatorAt(town: Town, index: number): Promise<Client> {
  const client = await Client.operator(town.servers[index]!.running.adminSocket!);
  await client.ask({ type: "operator", name: "ada" });
  return client;
}

Deno.test("cluster lists the nodes, who leads, and how far each clock is from the leader's", async () => {
  await using town = await startTown();
  town.nodes.offsets["third"] = -1_500;
  town.nodes.offsets["first"] = 500;
  await using lea = await Client.guest(town.servers[1]!.port, "léa");
  await lea.sync();
  await using operator = await operatorAt(town, 2);
  const { nodes, log, ...reply } = await operator.ask({ type: "cluster", ref: "c" });
  assert.deepEqual(reply, {
    type: "cluster",
    name: "test",
    node: "third",
    leader: "first",
    ref: "c",
  });
  const last = (log as Line)["last"];
  assert.equal(last, town.log.last);
  const rows = (nodes as Line[]).map(({ since, batch, behind, ...row }) => {
    assert.ok(Date.parse(String(since)) <= Date.now());
    assert.equal(Number(batch) + Number(behind), last);
    return row;
  });
  const same = { version: VERSION, schema: SCHEMA_VERSION, nats: "memory" };
  assert.deepEqual(rows, [
    { node: "first", state: "leads", ...same, clients: 0 },
    { node: "second", state: "follows", ...same, clients: 1, clock_ms: -500 },
    { node: "third", state: "follows", ...same, clients: 0, clock_ms: -2_000 },
  ]);
});

Deno.test("a node that has stopped is listed as silent until it is forgotten", async () => {
  await using town = await startTown();
  await using operator = await operatorAt(town, 1);
  const forget = (node: string) => operator.ask({ type: "cluster_forget", node });
  assert.equal((await forget("third"))["reason"], "node_runs");
  assert.equal((await forget("nobody"))["reason"], "no_node");
  await town.stop(2);
  const before = (await operator.ask({ type: "cluster" }))["nodes"] as Line[];
  assert.deepEqual(before.map(({ node, state }) => [node, state]), [
    ["first", "leads"],
    ["second", "follows"],
    ["third", "silent"],
  ]);
  assert.equal(before[2]!["version"], VERSION);
  assert.equal((await forget("third"))["status"], "ok");
  const after = (await operator.ask({ type: "cluster" }))["nodes"] as Line[];
  assert.deepEqual(after.map(({ node }) => node), ["first", "second"]);
  const { entries } = await operator.ask({ type: "audit" });
  const acts = (entries as Line[]).map(({ actor, action, target }) => [actor, action, target]);
  assert.deepEqual(acts, [["operator:ada", "cluster_forget", "third"]]);
});

Deno.test("a leader steps down for another one, and nobody is disconnected", async () => {
  await using town = await startTown();
  await using lea = await Client.guest(town.servers[0]!.port, "léa");
  await using operator = await operatorAt(town, 0);
  await using follower = await operatorAt(town, 1);
  const refused = await follower.ask({ type: "cluster_step_down" });
  assert.equal(refused["reason"], "leads_not");
  const since = async () => {
    const { clients } = await follower.ask({ type: "clients", filter: "léa" });
    return (clients as Line[]).map(({ user, since }) => [user, since]);
  };
  const before = await since();
  const done = await operator.ask({ type: "cluster_step_down" });
  assert.deepEqual([done["status"], done["node"]], ["ok", "first"]);
  // The ack comes from the next leader.
  assert.equal((await lea.ask({ type: "message", content: "x", ref: "1" }))["type"], "ack");
  const { leader } = await operator.ask({ type: "cluster" });
  assert.ok(leader === "second" || leader === "third", String(leader));
  assert.deepEqual(await since(), before);
  const { entries } = await follower.ask({ type: "audit" });
  const acts = (entries as Line[]).map(({ actor, action, target }) => [actor, action, target]);
  assert.deepEqual(acts, [["operator:ada", "cluster_step_down", "first"]]);
});

Deno.test("a leader does not step down if no other node could lead", async () => {
  await using town = await startTown();
  await town.stop(1);
  await town.stop(2);
  await using operator = await operatorAt(town, 0);
  assert.equal((await operator.ask({ type: "cluster_step_down" }))["reason"], "leads_alone");
  assert.equal((await operator.ask({ type: "stats" }))["leader"], "first");
});

Deno.test("while NATS does not answer, a node shows itself, its figures, and reloads", async () => {
  await using town = await startTown();
  await using operator = await operatorAt(town, 1);
  town.lines[1]!.cut();
  const reply = await operator.ask({ type: "cluster" });
  assert.equal(reply["log"], undefined);
  assert.deepEqual((reply["nodes"] as Line[]).map(({ node }) => node), ["second"]);
  const stats = await operator.ask({ type: "stats" });
  assert.deepEqual([stats["node"], stats["leader"]], ["second", undefined]);
  assert.equal((await operator.ask({ type: "reload" }))["status"], "ok");
  const forgotten = await operator.ask({ type: "cluster_forget", node: "third" });
  assert.deepEqual([forgotten["code"], forgotten["retry_after"]], ["busy", 5]);
});

Deno.test("two nodes of a cluster cannot have the same name", async () => {
  await using town = await startTown();
  await assert.rejects(town.start("second"), /cluster\.node: another server .* is called second/);
});

Deno.test("a server without a cluster refuses the requests about clusters", async () => {
  await using server = await startTestServer();
  await using operator = await Client.operator(server.running.adminSocket!);
  for (
    const request of [
      { type: "cluster" },
      { type: "cluster_forget", node: "a" },
      { type: "cluster_step_down" },
    ]
  ) {
    const { code, reason } = await operator.ask(request);
    assert.deepEqual([code, reason], ["bad_request", "no_cluster"]);
  }
  const { clients } = await operator.ask({ type: "clients" });
  assert.ok(!("node" in (clients as [Line])[0]));
  assert.ok(!("node" in await operator.ask({ type: "stats" })));
});
