// What operators see and do at the admin socket of a node that does not lead.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown, type Town } from "./town.ts";

/** An operator at the admin socket of a server, who has given a name. */
async function operatorAt({ running }: TestServer, name = "ada"): Promise<Client> {
  const client = await Client.operator(running.adminSocket!);
  assert.equal((await client.ask({ type: "operator", name }))["status"], "ok");
  return client;
}

async function withTown(work: (town: Town, follower: Client) => Promise<void>): Promise<void> {
  await using town = await startTown();
  await using follower = await operatorAt(town.servers[1]!);
  await work(town, follower);
}

/** The entries of the audit log, oldest first, after everything that an operator has done. */
async function auditOf(
  operator: Client,
): Promise<[actor: unknown, action: unknown, target: unknown][]> {
  const { entries } = await operator.ask({ type: "audit" });
  return (entries as Line[]).map(({ actor, action, target }) =>
    [actor, action, target] as [unknown, unknown, unknown]
  ).reverse();
}

Deno.test("clients lists the connections of all nodes, each with its node", async () => {
  await withTown(async (town, follower) => {
    await using _lea = await Client.guest(town.servers[0]!.port, "léa");
    await using _bob = await Client.guest(town.servers[2]!.port, "bob");
    const { clients, total } = await follower.ask({ type: "clients" });
    const rows = (clients as Line[]).map(({ user, role, node }) => [user, role, node]);
    assert.deepEqual(rows, [
      ["léa", "guest", "first"],
      ["bob", "guest", "third"],
      ["operator:ada", "operator", "second"],
    ]);
    assert.equal(total, 3);
    const found = await follower.ask({ type: "clients", filter: "third" });
    assert.deepEqual((found["clients"] as Line[]).map(({ user }) => user), ["bob"]);
  });
});

Deno.test("kick, mute, ban, announce and disconnect at one node act on users of another", async () => {
  await withTown(async (town, follower) => {
    await using lea = await Client.guest(town.servers[2]!.port, "léa");
    await using bob = await Client.guest(town.servers[0]!.port, "bob");
    assert.equal((await follower.ask({ type: "announce", content: "Pause" }))["status"], "ok");
    await lea.find(({ content }) => String(content).includes("Pause"));
    await bob.find(({ content }) => String(content).includes("Pause"));
    assert.equal((await follower.ask({ type: "mute", user: "léa" }))["status"], "ok");
    await lea.send({ type: "message", content: "hello", ref: "1" });
    assert.equal((await lea.find(({ ref }) => ref === "1"))["code"], "muted");
    assert.equal((await follower.ask({ type: "unmute", user: "léa" }))["status"], "ok");
    assert.equal((await follower.ask({ type: "kick", user: "léa" }))["status"], "ok");
    await lea.ending();
    assert.equal(
      (await follower.ask({ type: "ban", user: "bob", reason: "spam" }))["status"],
      "ok",
    );
    await bob.ending();
    const { bans } = await follower.ask({ type: "bans" });
    assert.deepEqual((bans as Line[]).map(({ user }) => user), ["bob"]);
    assert.equal((await follower.ask({ type: "unban", user: "bob" }))["status"], "ok");
    await using tom = await Client.guest(town.servers[2]!.port, "tom");
    const { clients } = await follower.ask({ type: "clients", filter: "tom" });
    const [{ conn }] = clients as [Line];
    assert.equal((await follower.ask({ type: "disconnect", conn }))["user"], "tom");
    await tom.ending();
    const acts = await auditOf(follower);
    assert.deepEqual(acts.map(([actor, action]) => [actor, action]), [
      ...["announce", "mute", "unmute", "kick", "ban", "unban", "disconnect"].map((action) => [
        "operator:ada",
        action,
      ]),
    ]);
  });
});

Deno.test("an address that is banned at one node is refused at another", async () => {
  await withTown(async (town, follower) => {
    const banned = await follower.ask({ type: "ban", address: "203.0.113.7" });
    assert.equal(banned["status"], "ok");
    const { bans } = await follower.ask({ type: "bans" });
    assert.deepEqual((bans as Line[]).map(({ address }) => address), ["203.0.113.7"]);
    await using other = await operatorAt(town.servers[2]!);
    assert.deepEqual((await other.ask({ type: "bans" }))["bans"], bans);
  });
});

Deno.test("channels, accounts, groups and invitations are managed from any node", async () => {
  await withTown(async (town, follower) => {
    const ok = async (request: Line) => {
      const ref = crypto.randomUUID();
      await follower.send({ ...request, ref });
      const reply = await follower.find((line) => line["ref"] === ref);
      assert.equal(reply["status"], "ok", JSON.stringify(reply));
      return reply;
    };
    await ok({ type: "channel_create", channel: "#dev", topic: "code" });
    await ok({ type: "channel_update", channel: "#dev", read_only: true });
    await ok({ type: "user_add", user: "zoé", password: "un mot de passe", role: "member" });
    await ok({ type: "user_role", user: "zoé", role: "moderator" });
    await ok({ type: "group_create", group: "2SLAM" });
    await ok({ type: "group_add", group: "2SLAM", users: ["zoé"] });
    const row = { line: 1, name: "tom", class: "1A", password: "encore un mot" };
    await ok({ type: "class_rows", first: true, rows: [row] });
    const imported = await ok({ type: "class_import", confirmed: true });
    assert.equal(imported["add"], 1);
    await ok({ type: "invite_create", uses: 3 });
    await ok({ type: "registration_open", for: 60 });
    await using third = await operatorAt(town.servers[2]!);
    const { users } = await third.ask({ type: "user_list" });
    assert.deepEqual((users as Line[]).map(({ name, role }) => [name, role]), [
      ["tom", "member"],
      ["zoé", "moderator"],
    ]);
    const { groups } = await third.ask({ type: "groups" });
    assert.deepEqual((groups as Line[]).map(({ name }) => name), ["1A", "2SLAM"]);
    assert.equal(((await third.ask({ type: "invites" }))["invites"] as Line[]).length, 1);
    // Zoé logs in at the third node with the password that was set at the second.
    await using zoe = await Client.connect(town.servers[2]!.port);
    const login = { type: "login", username: "zoé", password: "un mot de passe" };
    assert.equal((await zoe.ask(login))["status"], "ok");
    const { channels } = await zoe.ask({ type: "channels" });
    assert.ok((channels as Line[]).some(({ name }) => name === "#dev"));
    await ok({ type: "user_passwd", user: "zoé", password: "un autre mot" });
    await ok({ type: "user_disable", user: "zoé" });
    await zoe.ending();
    await ok({ type: "user_enable", user: "zoé" });
    await ok({ type: "user_erase", user: "zoé", messages: true });
    await ok({ type: "user_delete", user: "tom" });
    await ok({ type: "channel_delete", channel: "#dev" });
    assert.deepEqual((await third.ask({ type: "user_list" }))["users"], []);
  });
});

Deno.test("stats shows the process of the node that is asked, and the figures of the whole chat", async () => {
  await withTown(async (town, follower) => {
    await using lea = await Client.guest(town.servers[2]!.port, "léa");
    await lea.ask({ type: "message", content: "Bonjour", ref: "1" });
    const stats = await follower.ask({ type: "stats", ref: "s" });
    assert.deepEqual([stats["node"], stats["leader"], stats["ref"]], ["second", "first", "s"]);
    assert.equal(stats["connections"], 0);
    assert.deepEqual(stats["users"], { guest: 1, member: 0 });
    assert.deepEqual(stats["messages"], { global: 1, private: 0 });
    await using leader = await operatorAt(town.servers[0]!);
    const own = await leader.ask({ type: "stats" });
    assert.deepEqual([own["node"], own["leader"], own["connections"]], ["first", "first", 0]);
    await using third = await operatorAt(town.servers[2]!);
    assert.equal((await third.ask({ type: "stats" }))["connections"], 1);
  });
});

Deno.test("reload reads the settings of the node that is asked, and the audit log has it", async () => {
  await withTown(async (town, follower) => {
    const reply = await follower.ask({ type: "reload" });
    assert.equal(reply["status"], "ok");
    assert.match(await town.servers[1]!.log(), /\[RELOAD\]/);
    assert.doesNotMatch(await town.servers[0]!.log(), /\[RELOAD\]/);
    assert.doesNotMatch(await town.servers[2]!.log(), /\[RELOAD\]/);
    assert.deepEqual(await auditOf(follower), [["operator:ada", "reload", "second"]]);
    // SIGHUP is about one node, too.
    town.servers[2]!.running.reload();
    assert.match(await town.servers[2]!.log(), /\[RELOAD\]/);
    assert.doesNotMatch(await town.servers[0]!.log(), /\[RELOAD\]/);
  });
});

Deno.test("shutdown stops the node that is asked, and the audit log has it", async () => {
  await withTown(async (town, follower) => {
    assert.equal((await follower.ask({ type: "shutdown", reason: "update" }))["status"], "ok");
    const asked = town.servers.map(({ shutdowns }) => shutdowns);
    assert.deepEqual(asked, [[], [["operator:ada", "update"]], []]);
    assert.deepEqual(await auditOf(follower), [["operator:ada", "shutdown", "second"]]);
  });
});

Deno.test("tail shows the events of the whole chat, also after another node took over", async () => {
  await using town = await startTown();
  await using follower = await operatorAt(town.servers[1]!);
  await using third = await operatorAt(town.servers[2]!);
  const joined = (user: string) => (line: Line) =>
    line["event"] === "joined" && line["user"] === user;
  for (const client of [follower, third]) {
    assert.equal((await client.ask({ type: "tail", events: ["joined"] }))["status"], "ok");
  }
  await using _lea = await Client.guest(town.servers[2]!.port, "léa");
  await follower.find(joined("léa"));
  await third.find(joined("léa"));
  await town.stopLeader();
  await using _bob = await Client.guest(town.servers[1]!.port, "bob");
  await using _tom = await Client.guest(town.servers[2]!.port, "tom");
  for (const client of [follower, third]) {
    const users = [(await client.line())["user"], (await client.line())["user"]];
    assert.deepEqual(users.sort(), ["bob", "tom"]);
  }
});

Deno.test("tail shows the connections that the own node has refused", async () => {
  await using town = await startTown({ limits: { connections: 1 } });
  await using follower = await operatorAt(town.servers[1]!);
  await using leader = await operatorAt(town.servers[0]!);
  for (const client of [follower, leader]) {
    await client.ask({ type: "tail", events: ["refused_connection", "joined"] });
  }
  await using _lea = await Client.guest(town.servers[1]!.port, "léa");
  await follower.find(({ event }) => event === "joined");
  await using refused = await Client.connect(town.servers[1]!.port);
  await refused.ending();
  assert.equal((await follower.line())["limit"], "connections");
  // The leader has not refused it.
  assert.equal((await leader.line())["event"], "joined");
  await leader.sync();
  assert.deepEqual(await leader.sync(), []);
});

Deno.test("requests that are not valid get the same errors at each node", async () => {
  await withTown(async (town, follower) => {
    await using leader = await operatorAt(town.servers[0]!);
    for (
      const request of [
        "x\n",
        "{}\n",
        '{"type":"stats","ref":7}\n',
        '{"type":"nothing"}\n',
        '{"type":"cluster_forget","node":"a b"}\n',
        '{"type":"clients","limit":-1,"ref":"r"}\n',
      ]
    ) {
      await follower.send(request);
      await leader.send(request);
      const [one, other] = [await follower.text(), await leader.text()];
      assert.equal(one, other);
      assert.match(one, /"type":"error"/);
    }
  });
});

Deno.test("the audit log has who stopped a leader, also if the leader stops at once", async () => {
  await using town = await startTown();
  const leader = await operatorAt(town.servers[0]!);
  await leader.send({ type: "shutdown", reason: "update" });
  await leader.line();
  await town.stopLeader();
  await leader.close();
  await using follower = await operatorAt(town.servers[1]!);
  assert.deepEqual(await auditOf(follower), [["operator:ada", "shutdown", "first"]]);
});
