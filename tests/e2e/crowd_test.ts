// The whole server with many clients: a class that joins at once, slow consumers, floods, hostile input.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Client, type Line } from "../support/client.ts";
import { startTestServer } from "../support/server.ts";

const unlimited = { messages_per_second: 0, connections_per_address: 0 };

Deno.test("of 500 connections that join at once, all join and learn of each other", async () => {
  await using server = await startTestServer({ limits: { connections_per_address: 0 } });
  const count = 500;
  const clients = await Promise.all(Array.from({ length: count }, async (_, i) => {
    const client = await Client.connect(server.port);
    await client.send({ type: "message", from: `guest${i}`, content: "" });
    return client;
  }));
  try {
    await using watcher = await Client.guest(server.port, "watcher");
    let names: string[] = [];
    while (names.length < count + 1) {
      names = (await watcher.ask({ type: "users", ref: "u" }))["users"] as string[] ?? names;
    }
    await watcher.send({ type: "message", content: "à tous" });
    const heard = await Promise.all(clients.map(async (client) => {
      const lines: Line[] = [];
      do lines.push(await client.line()); while (lines.at(-1)!["type"] !== "message");
      return lines;
    }));
    for (const [i, lines] of heard.entries()) {
      assert.equal(lines.at(-1)!["content"], "à tous");
      const online = lines.filter(({ type }) => type === "status").map(({ user }) => user);
      assert.equal(new Set(online).size, online.length, "nobody is told twice");
      assert.ok(!online.includes(`guest${i}`), "nobody is told of themselves");
      assert.ok(online.includes("watcher"));
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});

Deno.test("a slow consumer is closed, logged and counted, and slows no other client", async () => {
  await using server = await startTestServer({ limits: { ...unlimited, outbox_bytes: 65_536 } });
  await using alice = await Client.guest(server.port, "alice");
  await using bob = await Client.guest(server.port, "bob");
  // Its socket is never read. Once the system's buffers are full, lines wait in the outbox.
  const deaf = await Deno.connect({ port: server.port });
  await deaf.write(new TextEncoder().encode('{"type":"message","from":"deaf","content":""}\n'));
  await bob.find((line) => line["user"] === "deaf");
  const content = "x".repeat(8_000);
  let sent = 0;
  let gone = false;
  while (!gone) {
    await alice.send({ type: "message", content: content + sent++, ref: "r" });
    for (;;) {
      const line = await alice.line();
      if (line["state"] === "offline") gone = line["user"] === "deaf";
      if (line["type"] === "ack") break;
    }
    assert.ok(sent < 10_000, "the slow consumer is still there");
  }
  for (let i = 0; i < sent; i++) {
    const line = await bob.find(({ type }) => type === "message");
    assert.equal(line["content"], content + i);
  }
  assert.match(await server.log(), /WARNING - \[DECONNEXION\] .* reason=slow_consumer/);
  const metrics = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  assert.match(metrics, /^classcord_slow_consumers_total 1$/m);
  deaf.close();
});

Deno.test("requests over the rate are rejected with a time to wait, and none is dropped silently", async () => {
  await using server = await startTestServer();
  await using alice = await Client.guest(server.port, "alice");
  await using bob = await Client.guest(server.port, "bob");
  for (let i = 0; i < 200; i++) await alice.send({ type: "message", content: "x", ref: String(i) });
  const answers: Line[] = [];
  while (answers.length < 200) answers.push(await alice.find(({ ref }) => ref !== undefined));
  const acks = answers.filter(({ type }) => type === "ack");
  const refused = answers.filter(({ code }) => code === "rate_limited");
  assert.equal(acks.length + refused.length, 200);
  assert.ok(acks.length >= 35 && refused.length > 50, `${acks.length} of 200 went through`);
  assert.ok(refused.every(({ retry_after }) => (retry_after as number) >= 1));
  const heard = (await bob.sync()).filter(({ type }) => type === "message");
  assert.equal(heard.length, acks.length);
});

Deno.test("the seventh connection of an address with six gets one line", async () => {
  await using server = await startTestServer({ limits: { connections_per_address: 6 } });
  const clients = await Promise.all(Array.from({ length: 6 }, () => Client.connect(server.port)));
  await Promise.all(clients.map((client) => client.sync()));
  await using seventh = await Client.connect(server.port);
  const lines = await seventh.end();
  assert.deepEqual(lines.map(({ code }) => code), ["too_many_connections"]);
  await clients[0]!.close();
  await clients[1]!.sync();
  await Promise.all(clients.map((client) => client.close()));
});

Deno.test("a connection that does not join is closed after its time, one that joined is not", async () => {
  await using server = await startTestServer({ limits: { unjoined_seconds: 1 } });
  await using joined = await Client.guest(server.port, "alice");
  await using idle = await Client.connect(server.port);
  assert.deepEqual(await idle.end(), []);
  await joined.sync();
});

Deno.test("lines that are too long or malformed, and floods of them, close only their connection", async () => {
  await using server = await startTestServer();
  await using alice = await Client.guest(server.port, "alice");
  await using long = await Client.connect(server.port);
  await long.send("x".repeat(65_537 + 1)).catch(() => {});
  assert.deepEqual((await long.end()).map(({ code }) => code), ["line_too_long"]);
  await using malformed = await Client.connect(server.port);
  await malformed.send("a\nb\nc\nd\ne\nf\ng\n");
  assert.equal((await malformed.end()).length, 6);
  await alice.sync();
  const log = await server.log();
  assert.match(log, /\[ERREUR\] Problème avec 127\.0\.0\.1 : line_too_long conn=\d+\n/);
  assert.match(log, /\[ERREUR\] Problème avec 127\.0\.0\.1 : malformed_lines conn=\d+\n/);
});

Deno.test("for any input, the other clients go on and every answer is one JSON object in ASCII", async () => {
  await using server = await startTestServer({
    limits: { ...unlimited, malformed_per_minute: 0 },
  });
  await using alice = await Client.guest(server.port, "alice");
  const member = fc.constantFrom(
    "type",
    "from",
    "to",
    "content",
    "subtype",
    "state",
    "ref",
    "__proto__",
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      "message",
      "users",
      "status",
      "login",
      "global",
      "private",
      "alice",
      null,
    ),
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
  );
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.tuple(member, value), { maxLength: 6 }).map((members) => {
      const text = members.map(([name, v]) => `${JSON.stringify(name)}:${JSON.stringify(v)}`);
      return new TextEncoder().encode(`{${text.join(",")}}`);
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 10 }), async (lines) => {
      await using hostile = await Client.connect(server.port);
      for (const bytes of lines) {
        await hostile.send(bytes);
        await hostile.send("\n");
      }
      await hostile.closeWrite();
      await hostile.end();
      assert.ok(hostile.bytes.every((byte) => byte < 0x7f));
      for (const heard of await alice.sync()) assert.equal(typeof heard["type"], "string");
    }),
    { numRuns: 60 },
  );
  assert.doesNotMatch(await server.log(), /handler of .* failed/);
});
