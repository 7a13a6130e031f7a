// Tests of connections from proxies over real sockets, with and without a PROXY header.
import assert from "node:assert/strict";
import { addressMatcher } from "../../../lib/net/address.ts";
import { trustLocal, withEntrance, withTls } from "./setup.ts";
import { Client } from "../../support/client.ts";
import { CAME_OVER_TLS, headerV1, headerV2, ipv4Block } from "../../support/proxy.ts";

Deno.test("a connection from a proxy has the address of its client, also for limits and bans", async () => {
  const isBanned = (address: string) => address === "192.0.2.66";
  const options = { proxies: trustLocal, connectionsPerAddress: 1, isBanned };
  await withEntrance(options, async ({ port, opened, refusals, step, admission }) => {
    async function through(header: Uint8Array): Promise<Client> {
      const client = await Client.connect(port);
      await client.send(Uint8Array.from([...header, ...new TextEncoder().encode("here\n")]));
      return client;
    }
    await using first = await through(headerV1("192.0.2.7", 50000));
    assert.equal(await first.text(), "here");
    await using other = await through(headerV2({ addresses: ipv4Block("192.0.2.8", 50001) }));
    assert.equal(await other.text(), "here");
    await using second = await through(headerV1("192.0.2.7", 50002));
    assert.equal((await second.line())["code"], "too_many_connections");
    await using banned = await through(headerV1("192.0.2.66", 50003));
    assert.equal((await banned.line())["code"], "banned");
    for (let i = 0; i < 4; i++) assert.equal((await step()).outcome, "ok");
    assert.deepEqual(opened.map(({ address, port }) => `${address}:${port}`), [
      "192.0.2.7:50000",
      "192.0.2.8:50001",
    ]);
    assert.deepEqual(refusals, ["192.0.2.7 connections_per_address", "192.0.2.66 banned"]);
    assert.equal(admission.total, 2);
  });
});

Deno.test("a connection of the proxy itself has the address of the proxy", async () => {
  await withEntrance({ proxies: trustLocal }, async ({ port, opened }) => {
    await using client = await Client.connect(port);
    await client.send(headerV2({ command: 0x20, family: 0 }));
    await client.send("here\n");
    assert.equal(await client.text(), "here");
    assert.equal(opened[0]!.address, "127.0.0.1");
  });
});

Deno.test("a connection is secure if the proxy says so, or if the proxy accepts TLS only", async () => {
  const addresses = ipv4Block("192.0.2.7", 1);
  for (
    const [header, encrypt, secure] of [
      [headerV2({ addresses, fields: CAME_OVER_TLS }), false, true],
      [headerV2({ addresses }), false, false],
      [headerV1("192.0.2.7", 1), true, true],
    ] as const
  ) {
    const proxies = { ...trustLocal, encrypt: () => encrypt };
    await withEntrance({ proxies }, async ({ port, opened }) => {
      await using client = await Client.connect(port);
      await client.send(header);
      await client.send("here\n");
      await client.text();
      assert.equal(opened[0]!.secure, secure);
    });
  }
});

Deno.test("a proxy that sends no header is rejected, and a silent proxy times out", async () => {
  const limits = { places: 10, perNetwork: 10, within: 1_500 };
  await withEntrance({ proxies: trustLocal, limits }, async ({ port, step, opened, admission }) => {
    await using plain = await Client.connect(port);
    await plain.send('{"type":"users"}\n');
    assert.deepEqual(await plain.end(), []);
    const { outcome, why } = await step();
    assert.equal(outcome, "failed");
    assert.match(why, /expected a PROXY header, got bytes that begin with 7b 22/);
    await using silent = await Client.connect(port);
    await silent.send("PROXY TCP4 192.");
    assert.deepEqual(await silent.end(), []);
    assert.equal((await step()).outcome, "timeout");
    assert.deepEqual([opened.length, admission.total], [0, 0]);
  });
});

Deno.test("a header from an untrusted address closes the connection and does not change its address", async () => {
  for (const proxies of [undefined, { has: addressMatcher(["192.0.2.1"]), encrypt: () => true }]) {
    await withEntrance(proxies === undefined ? {} : { proxies }, async ({ port, end, opened }) => {
      for (
        const header of [
          headerV1("192.0.2.7", 1),
          headerV2({ addresses: ipv4Block("192.0.2.7", 1) }),
        ]
      ) {
        await using client = await Client.connect(port);
        await client.send(header);
        await client.send("here\n").catch(() => {});
        assert.equal(await end(), "proxy_header");
        assert.deepEqual(await client.end(), []);
      }
      assert.deepEqual(opened.map(({ address }) => address), ["127.0.0.1", "127.0.0.1"]);
    });
  }
});

Deno.test("a header after the first line is an ordinary line", async () => {
  await withEntrance({}, async ({ port }) => {
    await using client = await Client.connect(port);
    await client.send("first\nPROXY UNKNOWN\n");
    assert.deepEqual([await client.text(), await client.text()], ["first", "PROXY UNKNOWN"]);
  });
});

Deno.test("a proxy sends its header before the TLS handshake", async () => {
  await withTls({ proxies: trustLocal }, async ({ port, trusted, opened, step }) => {
    for (
      const header of [
        headerV1("2001:db8::7", 50000),
        headerV2({ addresses: ipv4Block("192.0.2.7", 50001) }),
      ]
    ) {
      await using client = await Client.tls(port, trusted, header);
      await client.send("here\n");
      assert.equal(await client.text(), "here");
      assert.equal((await step()).step, "proxy_header");
      assert.equal((await step()).step, "handshake");
    }
    assert.deepEqual(opened.map(({ address, secure }) => [address, secure]), [
      ["2001:db8::7", true],
      ["192.0.2.7", true],
    ]);
    await using bare = await Client.connect(port);
    await bare.send(Uint8Array.of(0x16, 3, 1, 2, 0));
    const { step: what, outcome } = await step();
    assert.deepEqual([what, outcome], ["proxy_header", "failed"]);
  });
});
