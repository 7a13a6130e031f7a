// Tests of the limits of HTTP connections: number, time and size.
import assert from "node:assert/strict";
import { HttpConversation } from "../../lib/http/conversation.ts";
import { startHttpServer } from "../../lib/http/server.ts";
import type { ByteStream } from "../../lib/net/byte_stream.ts";
import { readCertificate } from "../../lib/ops/tls/certificate.ts";
import { writeCertificate } from "../support/certificate.ts";
import { withDirectory } from "../support/directory.ts";

type Options = Partial<Parameters<typeof startHttpServer>[0]>;

const PATIENT = { head: 60_000, idle: 60_000, reply: 60_000, linger: 1_000 };
const ASK = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

async function withServer(
  options: Options,
  work: (port: number, stop: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const server = startHttpServer({
    host: "127.0.0.1",
    port: 0,
    metrics: { contentType: "text/plain", text: () => Promise.resolve("metric 1\n") },
    mayScrape: () => true,
    health: () => ({ ok: true, details: {} }),
    readiness: () => ({ ready: true, reasons: [], checks: {} }),
    acceptFailed: (error) => failures.push(error),
    failed: (error) => failures.push(error),
    times: PATIENT,
    ...options,
  });
  try {
    await work(server.addr.port, () => server.stop());
  } finally {
    await server.stop();
  }
  assert.deepEqual(failures, []);
}

/** A client that sends and receives bytes. */
class Raw implements Disposable {
  readonly #conn: Deno.TcpConn;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async connect(port: number, text = ""): Promise<Raw> {
    const raw = new Raw(await Deno.connect({ hostname: "127.0.0.1", port }));
    if (text !== "") await raw.write(text);
    return raw;
  }

  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Reads a reply with the body of its length. Returns what was received if the connection ends first. */
  async reply(bodiless = false): Promise<string> {
    let text = "";
    for (;;) {
      const head = text.indexOf("\r\n\r\n");
      const length = bodiless ? 0 : Number(/content-length: (\d+)/.exec(text)?.[1]);
      if (head >= 0 && text.length >= head + 4 + length) return text;
      const buffer = new Uint8Array(1024);
      const count = await this.#conn.read(buffer);
      if (count === null) return text;
      text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
    }
  }

  /** Waits until the server has closed the connection. Returns what was received before. */
  async end(): Promise<string> {
    let text = "";
    const buffer = new Uint8Array(1024);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
      }
    } catch {
      // The server has reset the connection.
    }
    return text;
  }

  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }
}

Deno.test("idle connections and incomplete requests are closed after their time limit", async () => {
  await withServer({ times: { ...PATIENT, head: 50, idle: 50 } }, async (port) => {
    using silent = await Raw.connect(port);
    using half = await Raw.connect(port, "GET /healthz HTTP/1.1\r\nHo");
    using idle = await Raw.connect(port, ASK);
    assert.deepEqual([await silent.end(), await half.end()], ["", ""]);
    assert.match(await idle.end(), /^HTTP\/1\.1 200 OK\r\n/);
  });
});

/** Runs a conversation over a stream of the test until the server closes it. */
async function converse(
  stream: Pick<ByteStream, "read" | "write">,
  times: Partial<typeof PATIENT>,
): Promise<void> {
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  const end = <T>(work: Promise<T>) => Promise.race([work, closed.promise]);
  const conversation = new HttpConversation({
    read: (into) => end(stream.read(into)),
    write: (bytes) => end(Promise.resolve(stream.write(bytes))),
    closeWrite: () => Promise.resolve(),
    close: () => closed.reject(new Error("closed")),
  }, {
    answer: () => ({ status: 200, body: "", headers: {} }),
    refuse: ({ status, message }) => ({ status, body: message, headers: {} }),
    failed() {},
    times: { ...PATIENT, ...times },
  });
  await conversation.run();
}

for (const byte of ["G", "\n"]) {
  Deno.test(`sending ${JSON.stringify(byte)} again and again does not extend the time limit of a head`, () =>
    dribble(byte));
}

async function dribble(byte: string): Promise<void> {
  let bytes = 0;
  let written = 0;
  let pause = Promise.resolve();
  await converse({
    async read(into) {
      await (pause = new Promise((resolve) => setTimeout(resolve, 1)));
      into[0] = byte.charCodeAt(0);
      bytes++;
      return 1;
    },
    write: (reply) => Promise.resolve(written += reply.length),
  }, { head: 50 });
  await pause;
  assert.ok(bytes > 1 && written === 0);
}

Deno.test("a client that does not read its reply, or does not close its half, is disconnected", async () => {
  const ask = (into: Uint8Array) => {
    into.set(new TextEncoder().encode(ASK));
    return Promise.resolve(ASK.length);
  };
  const never = new Promise<number>(() => {});
  await converse({ read: ask, write: () => never }, { reply: 10 });
  const close = new TextEncoder().encode("GET / HTTP/1.0\n\n");
  let reads = 0;
  await converse({
    read(into) {
      if (reads++ > 0) return never;
      into.set(close);
      return Promise.resolve(close.length);
    },
    write: (bytes) => Promise.resolve(bytes.length),
  }, { linger: 10 });
  assert.equal(reads, 2);
});

Deno.test("a flood of silent connections evicts its own oldest ones, and another client gets its reply", async () => {
  await withServer({ limits: { total: 8, perNetwork: 4 } }, async (port) => {
    const silent = await Promise.all(Array.from({ length: 40 }, () => Raw.connect(port)));
    using client = await Raw.connect(port, ASK);
    assert.match(await client.reply(), /200 OK/);
    for (const each of silent.slice(0, 36)) assert.equal(await each.end(), "");
    for (const each of silent) each[Symbol.dispose]();
  });
});

Deno.test("invalid requests get their status, and the connection closes in order", async () => {
  await withServer({}, async (port) => {
    const cases: [string, number][] = [
      ["GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
      ["GET / HTTP/1.1\r\nHost: x:99999\r\n\r\n", 400],
      ["GET http://x:99999/ HTTP/1.1\r\nHost: x:99999\r\n\r\n", 400],
      ["GET http://a/metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400],
      ['{"type":"users"}\n\n', 400],
      ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 413],
      [`GET /${"a".repeat(9_000)}`, 431],
      ["PRI * HTTP/2.0\r\n\r\n", 505],
    ];
    for (const [text, status] of cases) {
      using client = await Raw.connect(port, text);
      const reply = await client.reply();
      assert.equal(Number(/^HTTP\/1\.1 (\d+) \w/.exec(reply)?.[1]), status, text.slice(0, 60));
      assert.match(reply, /\r\nconnection: close\r\n/);
    }
  });
});

Deno.test("a connection serves multiple requests, even if they arrive together", async () => {
  await withServer({}, async (port) => {
    const last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    using client = await Raw.connect(port, `\r\n${ASK}${ASK.replace("GET", "HEAD")}${last}${ASK}`);
    const [first, second, third, ...more] = (await client.end()).split(/(?=HTTP\/1)/);
    assert.match(
      first!,
      /^HTTP\/1\.1 200 OK\r\n.*connection: keep-alive\r\n\r\n{"status":"ok"}\n$/s,
    );
    assert.match(second!, /content-length: 16\r\nconnection: keep-alive\r\n\r\n$/);
    assert.match(third!, /connection: close\r\n\r\nClassCord\./);
    assert.deepEqual(more, []);
  });
});

Deno.test("an error while answering gives a 500 and is reported", async () => {
  const failures: unknown[] = [];
  const options: Options = {
    health() {
      throw new Error("broken");
    },
    failed: (error) => failures.push(error),
  };
  await withServer(options, async (port) => {
    using client = await Raw.connect(port, ASK);
    assert.match(await client.reply(), /^HTTP\/1\.1 500 Internal Server Error\r\n/);
    assert.match(String(failures), /broken/);
  });
});

Deno.test("stopping the server finishes replies and closes idle connections", async () => {
  const text = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const metrics = {
    contentType: "text/plain",
    text() {
      asked.resolve();
      return text.promise;
    },
  };
  await withServer({ metrics }, async (port, stop) => {
    using idle = await Raw.connect(port, ASK);
    await idle.reply();
    using asking = await Raw.connect(port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    await asked.promise;
    const stopped = stop();
    assert.equal(await idle.end(), "");
    text.resolve("late\n");
    assert.match(await asking.end(), /connection: close\r\n\r\nlate\n$/);
    asking[Symbol.dispose]();
    await stopped;
    await assert.rejects(Raw.connect(port));
  });
});

Deno.test("each HTTPS connection uses the current certificate", async () => {
  await withDirectory(async (directory) => {
    const [one, two] = [
      await writeCertificate(directory, { name: "one" }),
      await writeCertificate(directory, { name: "two" }),
    ];
    let current = readCertificate(one);
    await withServer({ tls: () => current.context }, async (port) => {
      const get = async (trusted: string): Promise<string> => {
        using client = Deno.createHttpClient({ caCerts: [trusted], poolMaxIdlePerHost: 0 });
        return await (await fetch(`https://127.0.0.1:${port}/healthz`, { client })).text();
      };
      assert.match(await get(one.pem), /ok/);
      current = readCertificate(two);
      assert.match(await get(two.pem), /ok/);
      await assert.rejects(get(one.pem));
      using silent = await Raw.connect(port);
      using plain = await Raw.connect(port, ASK);
      assert.doesNotMatch(await plain.end(), /HTTP/);
      assert.match(await get(two.pem), /ok/);
      void silent;
    });
  });
});

Deno.test("what follows the last request is read to a limit only", async () => {
  const request = new TextEncoder().encode(
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n",
  );
  let bytes = 0;
  await converse({
    read(into) {
      const count = bytes === 0 ? request.length : into.length;
      if (bytes === 0) into.set(request);
      bytes += count;
      return Promise.resolve(count);
    },
    write: (reply) => Promise.resolve(reply.length),
  }, {});
  assert.ok(bytes < 128 * 1024, `${bytes} bytes read`);
});
