// Tests of accepted sockets as byte streams, adopted and as they are: the same bytes whatever the two ends do.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import process from "node:process";
import { setImmediate } from "node:timers";
import fc from "fast-check";
import { type Adopt, createAdopt } from "../../lib/net/adopted_socket.ts";
import type { ByteStream } from "../../lib/net/byte_stream.ts";
import { Connection } from "../../lib/net/connection.ts";
import { findSocketHandles } from "../../lib/net/socket_handles.ts";
import { TestListener } from "../support/listener.ts";
import { fuzzSockets } from "../support/socket_fuzz.ts";

const handles = findSocketHandles();
const WAYS: readonly (readonly [string, Adopt])[] = [
  ["an adopted socket", createAdopt(handles)],
  ["a connection of Deno's", createAdopt(undefined)],
];

interface Pair {
  readonly stream: ByteStream;
  readonly client: Deno.TcpConn;
}

async function withPair(adopt: Adopt, work: (pair: Pair) => Promise<void>): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const stream = adopt(await listener.accept());
  const client = await connecting;
  try {
    await work({ stream, client });
  } finally {
    close(stream);
    close(client);
  }
}

function close(end: { close(): void }): void {
  try {
    end.close();
  } catch {
    // The test has closed it.
  }
}

/** The next bytes that come. */
async function next(stream: ByteStream, most = 65_536): Promise<Uint8Array | null> {
  const buffer = new Uint8Array(most);
  const count = await stream.read(buffer);
  return count === null ? null : buffer.subarray(0, count);
}

async function writeAll(
  to: { write(bytes: Uint8Array): number | Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

async function readExactly(client: Deno.TcpConn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await client.read(bytes.subarray(at));
    assert.notEqual(read, null, `the end after ${at} of ${count} bytes`);
    at += read!;
  }
  return bytes;
}

/** Bytes of which no two places look alike. */
function pattern(count: number): Uint8Array {
  return new Uint8Array(
    Uint32Array.from({ length: count / 4 }, (_, i) => i * 2_654_435_761).buffer,
  );
}

Deno.test("this Deno has the handles that sockets are adopted by", () => {
  assert.ok(handles);
});

Deno.test("handles that are not as expected are not used", () => {
  const real = (process as unknown as { binding(name: string): Record<string, unknown> }).binding;
  const find = (change: (name: string) => unknown) =>
    findSocketHandles((name) => change(name) ?? real(name));
  assert.ok(find(() => undefined));
  const without: ((name: string) => unknown)[] = [
    () => ({}),
    (name) => name === "pipe_wrap" && { Pipe: class {}, constants: { SOCKET: 0 } },
    (name) => name === "uv" && { errname: "EPIPE" },
    (name) => name === "tcp_wrap" && { TCP: class {}, constants: { SOCKET: 0 } },
    (name) => name === "stream_wrap" && { ...real(name), streamBaseState: [] },
    () => {
      throw new Error("no such binding");
    },
  ];
  for (const change of without) assert.equal(find((name) => change(name) || undefined), undefined);
});

Deno.test("a connection that no handle can be opened for stays as it is", async () => {
  await withPair(
    createAdopt({ ...handles!, open: () => undefined }),
    async ({ stream, client }) => {
      assert.ok(stream.write(new Uint8Array(3)) instanceof Promise);
      assert.equal((await readExactly(client, 3)).length, 3);
    },
  );
});

for (const [name, adopt] of WAYS) {
  Deno.test(`${name} brings each byte once and in order, however much is asked for`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      const sent = pattern(1_000_000);
      const sending = writeAll(client, sent).then(() => client.closeWrite());
      const most = [1, 100, 4_096, 32_768, 65_536];
      const came: Uint8Array[] = [];
      for (let i = 0;; i++) {
        const bytes = await next(stream, most[i % most.length]);
        if (bytes === null) break;
        came.push(bytes);
        if (i % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      await sending;
      assert.deepEqual(new Uint8Array(await new Blob(came as BlobPart[]).arrayBuffer()), sent);
      assert.equal(await next(stream), null);
    });
  });

  Deno.test(`${name} reads into a buffer, and no more than fits`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      await client.write(pattern(1_000));
      const [few, many] = [new Uint8Array(10), new Uint8Array(2_000)];
      assert.equal(await stream.read(few), 10);
      let count = 10;
      while (count < 1_000) count += (await stream.read(many))!;
      assert.deepEqual(few, pattern(12).subarray(0, 10));
      await client.closeWrite();
      assert.equal(await stream.read(few), null);
    });
  });

  Deno.test(`${name} waits for a peer that does not read, and loses nothing`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      const sent = pattern(16_000_000);
      const writing = writeAll(stream, sent);
      await client.write(new Uint8Array(5));
      assert.equal((await next(stream))!.length, 5);
      assert.deepEqual(await readExactly(client, sent.length), sent);
      await writing;
    });
  });

  Deno.test(`${name} delivers all to a peer that has closed its half while it waited`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      const sent = pattern(16_000_000);
      const writing = writeAll(stream, sent).then(() => stream.closeWrite());
      await client.closeWrite();
      assert.equal(await next(stream), null);
      assert.deepEqual(await readExactly(client, sent.length), sent);
      assert.equal(await client.read(new Uint8Array(1)), null);
      await writing;
    });
  });

  Deno.test(`${name} that has closed its half still brings what the peer sends`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      await writeAll(stream, Uint8Array.of(7));
      await stream.closeWrite();
      assert.deepEqual(await readExactly(client, 1), Uint8Array.of(7));
      assert.equal(await client.read(new Uint8Array(1)), null);
      await client.write(Uint8Array.of(8));
      assert.deepEqual(await next(stream), Uint8Array.of(8));
    });
  });

  Deno.test(`${name} tells of a peer that resets the connection`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const client = connect(listener.addr.port, "127.0.0.1");
    const stream = adopt(await listener.accept());
    await writeAll(stream, new Uint8Array(1_000));
    await once(client, "data");
    const closed = once(client, "close");
    client.resetAndDestroy();
    await closed;
    await assert.rejects(next(stream), /reset|ECONNRESET/i);
    await assert.rejects(async () => {
      for (;;) await writeAll(stream, new Uint8Array(10_000));
    });
    close(stream);
  });

  Deno.test(`${name} that is closed ends what was under way, and nothing follows`, async () => {
    await withPair(adopt, async ({ stream }) => {
      const writing = writeAll(stream, new Uint8Array(16_000_000));
      const reading = next(stream).catch(() => null);
      stream.close();
      await assert.rejects(writing);
      assert.equal(await reading, null);
      await assert.rejects(next(stream));
      await assert.rejects(async () => await stream.write(new Uint8Array(1)));
    });
  });

  Deno.test(`${name} that is closed with bytes on their way delivers them`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      const sent = pattern(100_000);
      await writeAll(stream, sent);
      stream.close();
      assert.deepEqual(await readExactly(client, sent.length), sent);
      assert.equal(await client.read(new Uint8Array(1)), null);
    });
  });

  Deno.test(`${name} carries ten thousand lines both ways, cut anywhere`, async () => {
    await withPair(adopt, async ({ stream, client }) => {
      const echoing = (async () => {
        for (let bytes; (bytes = await next(stream)) !== null;) await writeAll(stream, bytes);
        await stream.closeWrite();
      })();
      const lengths = fc.sample(fc.integer({ min: 0, max: 300 }), 10_000);
      const text = lengths.map((length, i) => `${i} ${"x".repeat(length)}\n`).join("");
      const sent = new TextEncoder().encode(text);
      const cuts = fc.sample(fc.integer({ min: 1, max: 5_000 }), 500);
      const sending = (async () => {
        for (let at = 0, i = 0; at < sent.length; i++) {
          const cut = at + cuts[i % cuts.length]!;
          await writeAll(client, sent.subarray(at, cut));
          at = cut;
        }
        await client.closeWrite();
      })();
      const came = await readExactly(client, sent.length);
      assert.deepEqual(new TextDecoder().decode(came), text);
      await Promise.all([sending, echoing]);
    });
  });

  Deno.test(`${name} gets each line answered once and in order, whatever its clients do`, async () => {
    const { lines, left } = await fuzzSockets({ adopt, lines: 10_000, seed: 1 });
    assert.ok(lines >= 10_000);
    assert.equal(left, 0);
  });
}

for (const [name, adopt] of WAYS) {
  Deno.test(`over ${name}, a reset that a write was told of is no orderly end and no sign of life`, async () => {
    const opened = Promise.withResolvers<Connection>();
    const ended = Promise.withResolvers<string>();
    const listener = new TestListener({
      adopt,
      open(connection) {
        opened.resolve(connection);
        return { line() {}, overlong() {}, metrics() {}, ended: (reason) => ended.resolve(reason) };
      },
    });
    const client = connect(listener.port, "127.0.0.1");
    await once(client, "connect");
    const connection = await opened.promise;
    const { heardAt } = connection;
    client.once("close", () => connection.send(new Uint8Array(100)));
    client.resetAndDestroy();
    assert.equal(await ended.promise, "error");
    assert.equal(connection.heardAt, heardAt);
    await listener.close();
    await listener.finish(0);
  });
}

Deno.test("a connection whose end is read while a write waits has ended in an orderly way, unless the write fails", async () => {
  for (const fails of [false, true]) {
    const [read, write] = [
      Promise.withResolvers<number | null>(),
      Promise.withResolvers<number>(),
    ];
    const reads = [read.promise];
    const stream: ByteStream = {
      read: () => reads.shift() ?? Promise.reject(new Error("closed")),
      write: () => write.promise,
      closeWrite: () => Promise.resolve(),
      close() {},
    };
    const connection = new Connection(stream, { id: 1, address: "127.0.0.1", port: 1 }, {
      lineBytes: 100,
      outboxBytes: 0,
    });
    const { heardAt } = connection;
    const ended = Promise.withResolvers<string>();
    const closed = Promise.withResolvers<void>();
    connection.start({
      line() {},
      overlong() {},
      metrics() {},
      ended: (reason) => ended.resolve(reason),
    }, () => closed.resolve());
    connection.send(new Uint8Array(10));
    read.resolve(null);
    if (fails) setImmediate(() => write.reject(new Error("EPIPE")));
    assert.equal(await ended.promise, fails ? "error" : "client");
    assert.equal(connection.heardAt === heardAt, fails);
    if (!fails) write.resolve(10);
    await closed.promise;
  }
});

Deno.test("a write that an adopted socket takes at once has no promise, and one that waits has", async () => {
  await withPair(createAdopt(handles), async ({ stream, client }) => {
    assert.equal(stream.write(new Uint8Array(100)), 100);
    let most = 100;
    for (let taken: number | Promise<number> = 0; typeof taken === "number"; most += taken) {
      taken = stream.write(new Uint8Array(1_000_000));
      // A slow peer shows progress by small pieces.
      if (typeof taken !== "number") break;
    }
    // What follows a write that waited goes in small pieces, so that a slow peer shows progress.
    const waiting = stream.write(new Uint8Array(1_000_000));
    await readExactly(client, most);
    assert.equal(await waiting, 16_384);
  });
});

Deno.test({
  name: "connections that come and go leave no descriptor behind (Linux)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const adopt = createAdopt(handles);
    const ends: (() => void)[] = [];
    const before = await descriptors();
    for (let round = 0; round < 3; round++) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      for (let i = 0; i < 300; i++) {
        const connecting = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
        const stream = adopt(await listener.accept());
        const client = await connecting;
        void next(stream).catch(() => {});
        // By turns: in an orderly way, by a reset, and while a write waits.
        if (i % 3 === 2) void writeAll(stream, new Uint8Array(6_000_000)).catch(() => {});
        if (i % 3 === 1) await writeAll(stream, new Uint8Array(10));
        ends.push(() => client.close(), () => stream.close());
        if (ends.length > 100) ends.splice(0).forEach((end) => end());
      }
    }
    ends.forEach((end) => end());
    // Others tests of this process, if there are any, hold few.
    assert.ok(await descriptors() - before < 50);
  },
});

async function descriptors(): Promise<number> {
  const command = new Deno.Command("sh", { args: ["-c", `ls /proc/${Deno.pid}/fd | wc -l`] });
  return Number(new TextDecoder().decode((await command.output()).stdout));
}
