// Moderation and channels over sockets: rejected connections, the log, the metrics, and a restart.
import assert from "node:assert/strict";
import { normalizeRange } from "../../lib/net/ranges.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { SanctionStore } from "../../lib/store/sanctions.ts";
import { Client } from "../support/client.ts";
import { setRole } from "../support/roles.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

async function moderator(server: TestServer): Promise<Client> {
  const client = await Client.connect(server.port);
  await client.ask({ type: "register", username: "max", password: "1234" });
  setRole(server.dataDir, "max", "moderator");
  await client.ask({ type: "login", username: "max", password: "1234" });
  return client;
}

Deno.test("a banned address is told of the ban and its end when it connects", async () => {
  await using server = await startTestServer();
  // Loopback, where tests run, cannot be banned by a request, so the test writes to the store.
  const database = openDatabase(server.dataDir, { synchronous: "normal" });
  const now = Date.now();
  new SanctionStore(database).ban({
    kind: "address",
    subject: normalizeRange("127.0.0.1")!,
    name: "127.0.0.1",
    reason: "enough",
    by: "max",
    now,
    until: now + 3_600_000,
  });
  database.close();
  await using before = await Client.guest(server.port, "gus");
  server.running.services.banList.reload();
  await using client = await Client.connect(server.port);
  const [line, ...more] = await client.end();
  assert.deepEqual([line?.["code"], more], ["banned", []]);
  assert.ok(Number(line?.["retry_after"]) > 3_500);
  assert.match(String(line?.["message"]), /enough$/);
  assert.match(await server.log(), /CONNEXION\] 127\.0\.0\.1:\d+ conn=\d+ refused limit=banned/);
  await before.sync();
});

Deno.test("each action is in the log with its address and its quoted reason, and in the metrics", async () => {
  await using server = await startTestServer();
  await using max = await moderator(server);
  await using gus = await Client.guest(server.port, "gus");
  const reason = '[ERREUR] "x"';
  await max.send({ type: "mute", user: "gus", seconds: 60, reason, ref: "1" });
  await max.find((line) => line["ref"] === "1");
  await gus.send({ type: "message", content: "/whoami" });
  await gus.sync();
  await max.send({ type: "kick", user: "gus", ref: "2" });
  await max.find((line) => line["ref"] === "2");
  const lines = (await server.log()).split("\n").filter((line) => line.includes("[MODERATION]"));
  assert.equal(lines.length, 2);
  assert.match(
    lines[0]!,
    /\[MODERATION\] 127\.0\.0\.1:\d+ conn=\d+ by="max" mute target="gus" until=\S+Z reason="\\u005bERREUR\\u005d /,
  );
  assert.match(lines[1]!, /by="max" kick target="gus"$/);
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const metrics = await response.text();
  for (
    const line of [
      'classcord_moderation_total{action="mute"} 1',
      'classcord_moderation_total{action="kick"} 1',
      'classcord_moderation_total{action="ban"} 0',
      'classcord_commands_total{command="whoami"} 1',
      "classcord_channels 1",
      "classcord_mail_waiting 0",
    ]
  ) assert.ok(metrics.includes(`${line}\n`), line);
  assert.ok(!metrics.includes("gus") && !metrics.includes("max"));
});

Deno.test("channels, mutes and bans survive a restart", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "classcord-" });
  try {
    {
      await using server = await startTestServer({}, dataDir);
      await using max = await moderator(server);
      await using gus = await Client.guest(server.port, "gus");
      const requests = [
        { type: "join", channel: "#dev" },
        { type: "topic", channel: "#dev", topic: "kept" },
        { type: "close_channel", channel: "#dev" },
        { type: "mute", user: "gus", seconds: 0 },
        { type: "ban", address: "192.0.2.0/24", reason: "kept" },
      ];
      for (const [index, request] of requests.entries()) {
        await max.send({ ...request, ref: `${index}` });
        assert.equal((await max.find((line) => line["ref"] === `${index}`))["status"], "ok");
      }
      await gus.sync();
    }
    await using server = await startTestServer({}, dataDir);
    await using max = await Client.connect(server.port);
    await max.ask({ type: "login", username: "max", password: "1234" });
    const whoami = await max.ask({ type: "whoami" });
    assert.deepEqual(whoami["channels"], ["#général", "#dev"]);
    const { channels } = await max.ask({ type: "channels" }) as { channels: unknown[] };
    assert.deepEqual(channels[1], {
      name: "#dev",
      topic: "kept",
      members: 1,
      restricted: false,
      closed: true,
    });
    assert.equal(((await max.ask({ type: "bans" }))["bans"] as unknown[]).length, 1);
    assert.notEqual(server.running.services.banList.find("192.0.2.9", Date.now()), undefined);
    await using gus = await Client.guest(server.port, "gus");
    assert.equal((await gus.ask({ type: "message", content: "x" }))["code"], "muted");
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
