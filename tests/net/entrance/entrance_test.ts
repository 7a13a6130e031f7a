// Tests of TLS over real sockets: the handshake, and which connections it admits.
import assert from "node:assert/strict";
import type { Connection } from "../../../lib/net/connection.ts";
import { secureContext } from "../../../lib/net/entrance/tls_stream.ts";
import { encodeLines } from "../../../lib/protocol/reply.ts";
import { newPair, withEntrance, withTls } from "./setup.ts";
import { Client } from "../../support/client.ts";

Deno.test("lines go both ways over TLS, and the connection is marked as secure", async () => {
  await withTls({}, async ({ port, trusted, opened, step, admission, end }) => {
    await using client = await Client.tls(port, trusted);
    await client.send("one\ntwo\n");
    assert.deepEqual([await client.text(), await client.text()], ["one", "two"]);
    assert.equal((await step()).outcome, "ok");
    assert.deepEqual([opened[0]!.secure, opened[0]!.address], [true, "127.0.0.1"]);
    assert.equal(admission.total, 1);
    await client.close();
    assert.equal(await end(), "client");
  });
});

Deno.test("many long lines arrive whole over TLS", async () => {
  await withTls({
    line: (connection, text) => {
      for (let i = 0; i < 200; i++) connection.send(encodeLines(`${text}\n`));
    },
  }, async ({ port, trusted }) => {
    await using client = await Client.tls(port, trusted);
    const long = "x".repeat(999);
    await client.send(`${long}\n`);
    for (let i = 0; i < 200; i++) assert.equal(await client.text(), long);
  });
});

Deno.test("a TLS client that closes its sending half still receives its replies, then an orderly end", async () => {
  await withTls({}, async ({ port, trusted, end }) => {
    await using client = await Client.tls(port, trusted);
    await client.send("last\n");
    await client.closeWrite();
    assert.equal(await client.text(), "last");
    assert.deepEqual(await client.end(), []);
    assert.equal(await end(), "client");
  });
});

Deno.test("a slow consumer over TLS is disconnected", async () => {
  const line = (connection: Connection) => {
    const bytes = encodeLines(`${"x".repeat(9_999)}\n`);
    for (let i = 0; i < 10_000 && !connection.closed; i++) connection.send(bytes);
  };
  await withTls({ line, outboxBytes: 1_000_000 }, async ({ port, trusted, end }) => {
    const deaf = await Deno.connectTls({ port, hostname: "127.0.0.1", caCerts: [trusted] });
    await deaf.write(new TextEncoder().encode("go\n"));
    assert.equal(await end(), "slow_consumer");
    deaf.close();
  });
});

Deno.test("silent clients do not delay others, time out, and no longer count", async () => {
  const limits = { places: 100, perNetwork: 100, within: 1_500 };
  await withTls({ limits }, async ({ port, trusted, step, admission }) => {
    const silent = await Promise.all(
      Array.from({ length: 20 }, () => Client.connect(port)),
    );
    await using client = await Client.tls(port, trusted);
    await client.send("here\n");
    assert.equal(await client.text(), "here");
    assert.equal((await step()).outcome, "ok");
    for (const each of silent) {
      assert.deepEqual(await each.end(), []);
      assert.equal((await step()).outcome, "timeout");
      await each.close();
    }
    await client.send("still\n");
    await client.text();
    assert.equal(admission.total, 1);
  });
});

Deno.test("a flood of silent clients evicts its own oldest connections", async () => {
  const limits = { places: 3, perNetwork: 3, within: 60_000 };
  await withTls({ limits }, async ({ port, step, admission, listener }) => {
    const silent: Client[] = [];
    for (let i = 0; i < 5; i++) silent.push(await Client.connect(port));
    assert.deepEqual([(await step()).outcome, (await step()).outcome], ["crowded", "crowded"]);
    await silent[0]!.end();
    await silent[1]!.end();
    assert.equal(admission.total, 3);
    for (const each of silent) await each.close();
    for (let i = 0; i < 3; i++) assert.equal((await step()).outcome, "failed");
    await listener.close();
    await listener.finish(60_000);
    assert.equal(admission.total, 0);
  });
});

Deno.test("a client without TLS is closed, is reported, and no longer counts", async () => {
  await withTls({}, async ({ port, step, admission, opened, listener }) => {
    for (const text of ['{"type":"users"}\n', "GET_METRICS", "\0".repeat(600)]) {
      await using client = await Client.connect(port);
      await client.send(text);
      const { step: what, outcome, why } = await step();
      assert.deepEqual([what, outcome], ["handshake", "failed"]);
      assert.ok(why.length > 0);
      await client.end();
    }
    await listener.close();
    await listener.finish(60_000);
    assert.equal(admission.total, 0);
    assert.equal(opened.length, 0);
  });
});

Deno.test("a connection over a limit receives the error over TLS", async () => {
  await withTls({ connectionsPerAddress: 1 }, async ({ port, trusted, refusals, admission }) => {
    await using first = await Client.tls(port, trusted);
    await first.send("here\n");
    await first.text();
    await using second = await Client.tls(port, trusted);
    const [line, ...more] = await second.end();
    assert.equal(line!["code"], "too_many_connections");
    assert.deepEqual(more, []);
    assert.deepEqual(refusals, ["127.0.0.1 connections_per_address"]);
    assert.equal(admission.total, 1);
  });
});

Deno.test("an address banned during its handshake is rejected", async () => {
  let looked = 0;
  await withTls({ isBanned: () => ++looked > 1 }, async ({ port, trusted, opened, admission }) => {
    await using client = await Client.tls(port, trusted);
    const [line] = await client.end();
    assert.equal(line!["code"], "banned");
    assert.equal(opened.length, 0);
    assert.equal(admission.total, 0);
  });
});

Deno.test("a closing listener does not wait for handshakes", async () => {
  await withTls({}, async ({ port, listener, step, admission }) => {
    await using silent = await Client.connect(port);
    await using other = await Client.connect(port);
    await other.send("x");
    assert.equal((await step()).outcome, "failed");
    await listener.close();
    await listener.finish(60_000);
    assert.deepEqual(await silent.end(), []);
    assert.equal(admission.total, 0);
  });
});

Deno.test("a new certificate applies from the next handshake, and open connections stay open", async () => {
  const [old, fresh] = [await newPair(), await newPair()];
  let pair = old;
  await withEntrance({ tls: () => secureContext(pair) }, async ({ port }) => {
    await using before = await Client.tls(port, old.cert);
    await before.send("one\n");
    await before.text();
    pair = fresh;
    await using after = await Client.tls(port, fresh.cert);
    await after.send("two\n");
    assert.equal(await after.text(), "two");
    await assert.rejects(Client.tls(port, old.cert));
    await before.send("still here\n");
    assert.equal(await before.text(), "still here");
  });
});
