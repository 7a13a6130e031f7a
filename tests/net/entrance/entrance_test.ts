// Tests of TLS and of proxies over real sockets: what comes before the first line, and who gets that far.
import assert from "node:assert/strict";
import { addressMatcher } from "../../../lib/net/address.ts";
import { Admission } from "../../../lib/net/admission.ts";
import type { Connection } from "../../../lib/net/connection.ts";
import { Entrance, type EntranceOptions, type Step } from "../../../lib/net/entrance/entrance.ts";
import { type KeyPair, secureContext } from "../../../lib/net/entrance/tls_stream.ts";
import { makeSelfSigned } from "../../../lib/ops/tls/self_signed.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { encodeLines } from "../../../lib/protocol/reply.ts";
import { Client } from "../../support/client.ts";
import { TestListener } from "../../support/listener.ts";
import { CAME_OVER_TLS, headerV1, headerV2, ipv4Block } from "../../support/proxy.ts";

interface Options extends Omit<EntranceOptions, "passed"> {
  readonly connectionsPerAddress?: number;
  readonly outboxBytes?: number;
  readonly isBanned?: (address: string) => boolean;
  readonly line?: (connection: Connection, text: string) => void;
}

interface Setup {
  readonly port: number;
  readonly opened: Connection[];
  readonly refusals: string[];
  readonly admission: Admission;
  readonly listener: TestListener;
  /** The next step that was taken, of those not yet looked at. */
  step(): Promise<Step>;
  /** The reason of the next end. */
  end(): Promise<string>;
}

/** A queue that can be waited at. */
function queue<T>() {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item: T): void {
      const next = waiting.shift();
      if (next === undefined) items.push(item);
      else next(item);
    },
    take: (): Promise<T> =>
      new Promise((resolve) => items.length > 0 ? resolve(items.shift()!) : waiting.push(resolve)),
  };
}

async function withEntrance(
  options: Options,
  work: (setup: Setup) => Promise<void>,
): Promise<void> {
  const { connectionsPerAddress = 0, outboxBytes = 0, isBanned, line, ...entrance } = options;
  const admission = new Admission({ connections: 0, connectionsPerAddress });
  const [steps, ends] = [queue<Step>(), queue<string>()];
  const opened: Connection[] = [];
  const refusals: string[] = [];
  const echo = (connection: Connection, text: string) => connection.send(encodeLines(`${text}\n`));
  const listener = new TestListener({
    limits: { outboxBytes },
    admission,
    entrance: new Entrance({ ...entrance, passed: (_peer, step) => steps.put(step) }),
    isBanned: (address) => isBanned?.(address) ? new ProtocolError("banned") : undefined,
    open(connection) {
      opened.push(connection);
      return {
        line: (text) => (line ?? echo)(connection, text),
        overlong() {},
        metrics() {},
        ended: (reason) => ends.put(reason),
      };
    },
    refused: ({ address }, limit) => refusals.push(`${address} ${limit}`),
  });
  try {
    const { port } = listener;
    const { take: step } = steps;
    await work({ port, opened, refusals, admission, listener, step, end: ends.take });
  } finally {
    await listener.close();
    await listener.finish(0);
  }
}

async function newPair(): Promise<KeyPair> {
  const now = Date.now();
  return await makeSelfSigned({
    hosts: ["127.0.0.1"],
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + 86_400_000),
  });
}

async function withTls(
  options: Options,
  work: (setup: Setup & { readonly trusted: string }) => Promise<void>,
): Promise<void> {
  const pair = await newPair();
  const context = secureContext(pair);
  await withEntrance({ tls: () => context, ...options }, (setup) => {
    return work({ ...setup, trusted: pair.cert });
  });
}

const trustLocal = { has: addressMatcher(["127.0.0.1"]), encrypt: () => false };

Deno.test("over TLS lines go both ways, and the connection is known to be secure", async () => {
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

Deno.test("over TLS long lines and many of them come whole", async () => {
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

Deno.test("a client over TLS that closes its sending half still gets its replies, then an orderly end", async () => {
  await withTls({}, async ({ port, trusted, end }) => {
    await using client = await Client.tls(port, trusted);
    await client.send("last\n");
    await client.closeWrite();
    assert.equal(await client.text(), "last");
    assert.deepEqual(await client.end(), []);
    assert.equal(await end(), "client");
  });
});

Deno.test("a reader over TLS that is too slow is cut off", async () => {
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

Deno.test("clients that say nothing hold up nobody, end in time, and count no more", async () => {
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

Deno.test("a flood of silent clients pushes out its own oldest", async () => {
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

Deno.test("who does not speak TLS is closed, told of, and counts no more", async () => {
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

Deno.test("a connection over a limit is told so over TLS", async () => {
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

Deno.test("an address that is banned while hands are shaken does not come in", async () => {
  let looked = 0;
  await withTls({ isBanned: () => ++looked > 1 }, async ({ port, trusted, opened, admission }) => {
    await using client = await Client.tls(port, trusted);
    const [line] = await client.end();
    assert.equal(line!["code"], "banned");
    assert.equal(opened.length, 0);
    assert.equal(admission.total, 0);
  });
});

Deno.test("a listener that closes does not wait for handshakes", async () => {
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

Deno.test("another certificate counts from the next handshake on, and cuts nobody off", async () => {
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

Deno.test("a connection of a proxy is its client's: for limits, bans and lists of clients", async () => {
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

Deno.test("a proxy that speaks for itself counts as itself", async () => {
  await withEntrance({ proxies: trustLocal }, async ({ port, opened }) => {
    await using client = await Client.connect(port);
    await client.send(headerV2({ command: 0x20, family: 0 }));
    await client.send("here\n");
    assert.equal(await client.text(), "here");
    assert.equal(opened[0]!.address, "127.0.0.1");
  });
});

Deno.test("a proxy says that its client came over TLS, or is known to take nothing else", async () => {
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

Deno.test("a proxy without a header is refused, and one that is silent ends in time", async () => {
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

Deno.test("a header of anybody else closes the connection, and names nobody", async () => {
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

Deno.test("a header that comes later is a line like any other", async () => {
  await withEntrance({}, async ({ port }) => {
    await using client = await Client.connect(port);
    await client.send("first\nPROXY UNKNOWN\n");
    assert.deepEqual([await client.text(), await client.text()], ["first", "PROXY UNKNOWN"]);
  });
});

Deno.test("a header comes before the handshake, together with its beginning or apart", async () => {
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
