// Tests of many handshakes at once: which ones succeed, and how many one turn of the event loop handles.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { addressMatcher } from "../../../lib/net/address.ts";
import type { ByteStream } from "../../../lib/net/byte_stream.ts";
import { Entrance, type EntranceOptions, type Step } from "../../../lib/net/entrance/entrance.ts";
import { secureContext } from "../../../lib/net/entrance/tls_stream.ts";
import { makeSelfSigned } from "../../../lib/ops/tls/self_signed.ts";
import { Client } from "../../support/client.ts";
import { TestListener } from "../../support/listener.ts";
import { headerV1 } from "../../support/proxy.ts";

async function newPair() {
  const now = Date.now();
  return await makeSelfSigned({
    hosts: ["127.0.0.1"],
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + 86_400_000),
  });
}

/** A client that sends some bytes and then stays silent until it is closed. */
class Stalling implements ByteStream {
  readonly #closed = Promise.withResolvers<null>();
  #first: Uint8Array | undefined;
  /** Number of writes of the server. */
  writes = 0;
  closed = false;

  constructor(first?: Uint8Array) {
    this.#first = first;
    this.#closed.promise.catch(() => {});
  }

  read(into: Uint8Array): Promise<number | null> {
    const bytes = this.#first?.subarray(0, into.length);
    if (bytes === undefined || bytes.length === 0) return this.#closed.promise;
    this.#first = this.#first!.subarray(bytes.length);
    into.set(bytes);
    return Promise.resolve(bytes.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.writes++;
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#closed.reject(new Error("closed"));
  }
}

function arrive(entrance: Entrance, address: string, stream: Stalling): Promise<unknown> {
  const wire = undefined as unknown as Deno.TcpConn;
  return entrance.secure({ stream, wire, peer: { id: 1, address, port: 1 } });
}

/** Returns the first bytes that a TLS client sends. */
async function clientHello(): Promise<Uint8Array> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
  socket.on("error", () => {});
  const conn = await accepted;
  const buffer = new Uint8Array(4096);
  const count = await conn.read(buffer);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.destroy();
  await closed;
  conn.close();
  listener.close();
  return buffer.slice(0, count!);
}

Deno.test("a thousand clients of one address wait at once, and none is evicted", async () => {
  const context = secureContext(await newPair());
  const steps: Step[] = [];
  const entrance = new Entrance({ tls: () => context, passed: (_peer, step) => steps.push(step) });
  const clients = Array.from({ length: 1_000 }, () => new Stalling());
  const all = clients.map((client) => arrive(entrance, "10.0.0.1", client));
  await setImmediate();
  assert.ok(clients.every(({ closed }) => !closed));
  entrance.clear();
  await Promise.all(all);
  assert.ok(steps.every(({ outcome }) => outcome === "failed"));
});

Deno.test("hellos that arrive together are handled one in each turn of the event loop", async () => {
  const context = secureContext(await newPair());
  const hello = await clientHello();
  const entrance = new Entrance({ tls: () => context, passed() {} });
  const clients = Array.from({ length: 40 }, () => new Stalling(hello));
  const all = clients.map((client, i) => arrive(entrance, `10.0.0.${i % 4}`, client));
  const answered = () => clients.filter(({ writes }) => writes > 0).length;
  let most = 0;
  for (let turn = 0, before = 0; turn < 1_000 && before < clients.length; turn++) {
    await setImmediate();
    most = Math.max(most, answered() - before);
    before = answered();
  }
  assert.equal(answered(), clients.length);
  // The answer to one hello may be sent together with the answer to the next.
  assert.ok(most <= 3, `${most} in one turn`);
  entrance.clear();
  await Promise.all(all);
});

Deno.test("stalled clients of 120 addresses do not block an honest client, not even behind a proxy", async () => {
  const pair = await newPair();
  const context = secureContext(pair);
  const options: EntranceOptions = {
    tls: () => context,
    proxies: { has: addressMatcher(["127.0.0.1"]), encrypt: () => false },
    limits: { places: 240, perNetwork: 240, within: 60_000 },
    passed(_peer, { step, outcome }) {
      if (step === "proxy_header" && outcome === "ok") arrived++;
      if (outcome === "crowded") crowded++;
      changed();
    },
  };
  let [arrived, crowded] = [0, 0];
  let changed = () => {};
  async function until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((resolve) => changed = resolve);
  }
  const listener = new TestListener({
    entrance: new Entrance(options),
    open: (connection) => ({
      line: () => connection.close("client"),
      overlong() {},
      metrics() {},
      ended() {},
    }),
  });
  const { port } = listener;
  const stalled: Client[] = [];
  const honest = await Deno.connect({ hostname: "127.0.0.1", port });
  await honest.write(headerV1("192.0.2.200", 1));
  await until(() => arrived === 1);
  for (let i = 0; i < 480; i++) {
    const client = await Client.connect(port);
    await client.send(headerV1(`10.0.0.${i % 120}`, 1));
    stalled.push(client);
  }
  await until(() => crowded === 241);
  const secured = await Deno.startTls(honest, { hostname: "127.0.0.1", caCerts: [pair.cert] });
  await secured.handshake();
  await secured.write(new TextEncoder().encode("line\n"));
  assert.equal(await secured.read(new Uint8Array(1)), null);
  secured.close();
  await listener.close();
  await listener.finish(0);
  for (const client of stalled) await client.close();
});
