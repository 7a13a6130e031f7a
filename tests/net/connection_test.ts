// Tests of connections over real sockets: how they begin, how they end, and which ones the listener rejects.
import assert from "node:assert/strict";
import { Admission } from "../../lib/net/admission.ts";
import type { Connection } from "../../lib/net/connection.ts";
import type { LineConsumer } from "../../lib/net/peer.ts";
import { encodeLines } from "../../lib/protocol/reply.ts";
import { Client } from "../support/client.ts";
import { TestListener } from "../support/listener.ts";
import { testWith } from "../support/programs.ts";

interface Options {
  readonly host?: string;
  readonly limits?: { lineBytes?: number; outboxBytes?: number };
  readonly connections?: number;
  readonly connectionsPerAddress?: number;
  /** Serves each line. The default sends it back. */
  readonly line?: (connection: Connection, text: string) => void | Promise<void>;
}

interface Setup {
  readonly port: number;
  readonly opened: Connection[];
  readonly events: string[];
  readonly listener: TestListener;
  readonly admission: Admission;
  /** Resolves with the reason when the next connection ends. */
  ended(): Promise<string>;
}

async function withListener(
  options: Options,
  work: (setup: Setup) => Promise<void>,
): Promise<void> {
  const { connections = 0, connectionsPerAddress = 0 } = options;
  const admission = new Admission({ connections, connectionsPerAddress });
  const opened: Connection[] = [];
  const events: string[] = [];
  let ended = Promise.withResolvers<string>();
  const echo = (connection: Connection, text: string) => connection.send(encodeLines(`${text}\n`));
  const line = options.line ?? echo;
  const listener = new TestListener({
    host: options.host ?? "127.0.0.1",
    limits: { lineBytes: 100, ...options.limits },
    admission,
    open(connection): LineConsumer {
      opened.push(connection);
      return {
        line: (text) => line(connection, text),
        overlong(error) {
          events.push(error.code);
          connection.close("line_too_long");
        },
        metrics() {
          connection.send(encodeLines("metrics\n"));
          connection.close("metrics");
        },
        ended(reason) {
          events.push(reason);
          ended.resolve(reason);
          ended = Promise.withResolvers();
        },
      };
    },
    refused: (peer, limit) => events.push(`refused ${peer.address} ${limit}`),
    acceptFailed: (error) => events.push(String(error)),
  });
  try {
    const { port } = listener;
    await work({ port, opened, events, listener, admission, ended: () => ended.promise });
  } finally {
    await listener.close();
    await listener.finish(0);
  }
}

Deno.test("a connection receives and sends lines, and counts until it ends", async () => {
  await withListener({}, async ({ port, admission, events, ended }) => {
    const end = ended();
    const client = await Client.connect(port);
    await client.send("one\r\n\ntwo\n");
    assert.deepEqual([await client.text(), await client.text()], ["one", "two"]);
    assert.equal(admission.total, 1);
    await client.close();
    assert.equal(await end, "client");
    assert.deepEqual(events, ["client"]);
  });
});

Deno.test("a client that closes its sending half still receives its replies", async () => {
  const gate = Promise.withResolvers<void>();
  const line = async (connection: Connection, text: string) => {
    await gate.promise;
    connection.send(encodeLines(`${text}\n`));
  };
  await withListener({ line }, async ({ port }) => {
    await using client = await Client.connect(port);
    await client.send("one\n");
    await client.closeWrite();
    gate.resolve();
    assert.equal(await client.text(), "one");
    assert.deepEqual(await client.end(), []);
  });
});

Deno.test("a line that is served slowly delays only the next lines of its own connection", async () => {
  const gate = Promise.withResolvers<void>();
  const line = (connection: Connection, text: string) => {
    const answer = () => connection.send(encodeLines(`${text}\n`));
    return text === "slow" ? gate.promise.then(answer) : answer();
  };
  await withListener({ line }, async ({ port }) => {
    await using slow = await Client.connect(port);
    await using other = await Client.connect(port);
    await slow.send("slow\nfast\n");
    await other.send("fast\n");
    assert.equal(await other.text(), "fast");
    gate.resolve();
    assert.deepEqual([await slow.text(), await slow.text()], ["slow", "fast"]);
  });
});

Deno.test("a connection keeps reading while one of its lines is served, and serves all lines in order", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const line = async (connection: Connection, text: string) => {
    await gates[text === "first" ? 0 : 1]!.promise;
    connection.send(encodeLines(`${text}\n`));
  };
  await withListener({ line }, async ({ port }) => {
    await using client = await Client.connect(port);
    await using other = await Client.connect(port);
    await client.send("first\n");
    await client.send(`second ${"x".repeat(80)}\nthird\n`);
    await client.send("fourth\n");
    gates[1]!.resolve();
    await other.send("other\n");
    assert.equal(await other.text(), "other");
    gates[0]!.resolve();
    for (const expected of [/^first/, /^second/, /^third/, /^fourth/]) {
      assert.match(await client.text(), expected);
    }
  });
});

Deno.test("a connection notices that the other end hung up while one of its lines is served", async () => {
  const gate = Promise.withResolvers<void>();
  const line = async (connection: Connection, text: string) => {
    if (text === "slow") await gate.promise;
    connection.send(encodeLines(`${text}\n`));
  };
  await withListener({ line }, async ({ port, opened, ended }) => {
    await using other = await Client.connect(port);
    await other.send("other\n");
    await other.text();
    const client = await Client.connect(port);
    await client.send("slow\n");
    const end = ended();
    await client.close();
    for (let i = 0; i < 10_000 && opened[1]?.hungUp !== true; i++) {
      await other.send("other\n");
      await other.text();
    }
    assert.deepEqual([opened[0]!.hungUp, opened[1]!.hungUp], [false, true]);
    gate.resolve();
    assert.match(await end, /client|error/);
  });
});

Deno.test("a client whose connection is closed receives its last lines, even with unread input", async () => {
  const line = (connection: Connection, text: string) => {
    if (connection.closed) assert.fail("a line came after the close");
    connection.send(encodeLines(`goodbye ${text}\n`));
    connection.close("flooding");
  };
  await withListener({ line }, async ({ port, ended }) => {
    const end = ended();
    await using client = await Client.connect(port);
    const sending = client.send(`one\n${"more\n".repeat(20_000)}`).catch(() => {});
    assert.equal(await client.text(), "goodbye one");
    assert.deepEqual(await client.end(), []);
    await client.close();
    await sending;
    assert.equal(await end, "flooding");
  });
});

Deno.test("a line longer than the limit is reported, and no line after it is served", async () => {
  await withListener({}, async ({ port, events }) => {
    await using client = await Client.connect(port);
    await client.send(`${"x".repeat(100)}\n${"x".repeat(101)}\nnext\n`);
    assert.equal(await client.text(), "x".repeat(100));
    assert.deepEqual(await client.end(), []);
    assert.deepEqual(events.slice(0, 1), ["line_too_long"]);
  });
});

Deno.test("GET_METRICS requests metrics only at the start of a connection, with or without a newline", async () => {
  await withListener({}, async ({ port }) => {
    for (const text of ["GET_METRICS", "GET_METRICS\n", "GET_METRICS\r\n"]) {
      await using client = await Client.connect(port);
      await client.send(text);
      assert.equal(await client.text(), "metrics", JSON.stringify(text));
      assert.deepEqual(await client.end(), []);
    }
    await using client = await Client.connect(port);
    await client.send("other\nGET_METRICS\n");
    assert.deepEqual([await client.text(), await client.text()], ["other", "GET_METRICS"]);
  });
});

Deno.test("a slow consumer is disconnected", async () => {
  const line = (connection: Connection) => {
    const bytes = encodeLines(`${"x".repeat(9_999)}\n`);
    for (let i = 0; i < 10_000 && !connection.closed; i++) connection.send(bytes);
  };
  await withListener({ line, limits: { outboxBytes: 1_000_000 } }, async ({ port, ended }) => {
    const end = ended();
    const deaf = await Deno.connect({ port });
    await deaf.write(new TextEncoder().encode("go\n"));
    assert.equal(await end, "slow_consumer");
    deaf.close();
  });
});

Deno.test("a connection over a limit receives one error line and is closed", async () => {
  await withListener({ connectionsPerAddress: 2 }, async ({ port, events, opened }) => {
    await using first = await Client.connect(port);
    await using second = await Client.connect(port);
    await second.send("here\n");
    await second.text();
    await using third = await Client.connect(port);
    const [line, ...more] = await third.end();
    assert.equal(line!["code"], "too_many_connections");
    assert.deepEqual(more, []);
    assert.deepEqual(events, ["refused 127.0.0.1 connections_per_address"]);
    assert.equal(opened.length, 2);
    assert.equal(first.ended, false);
  });
});

Deno.test("an IPv4 client of a listener on :: has its IPv4 address", async () => {
  await withListener({ host: "::" }, async ({ port, opened }) => {
    await using four = await Client.connect(port, "127.0.0.1");
    await using six = await Client.connect(port, "::1");
    for (const client of [four, six]) {
      await client.send("here\n");
      await client.text();
    }
    assert.deepEqual(opened.map(({ address }) => address), ["127.0.0.1", "::1"]);
  });
});

Deno.test("finish aborts the connections that have not ended in time", async () => {
  await withListener({}, async ({ port, listener, ended }) => {
    const end = ended();
    await using client = await Client.connect(port);
    await client.send("here\n");
    await client.text();
    await listener.close();
    await listener.finish(1);
    assert.equal(await end, "shutdown");
    await assert.rejects(Client.connect(port));
  });
});

const RESET_CONNECTIONS = `
import socket, struct, sys
for _ in range(50):
    sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
`;

testWith("python3", "clients that leave before they are accepted do not delay others", async () => {
  await withListener({}, async ({ port, events }) => {
    // `outputSync` blocks the event loop, so the listener cannot accept meanwhile.
    const args = ["-c", RESET_CONNECTIONS, String(port)];
    assert.ok(new Deno.Command("python3", { args }).outputSync().success);
    const begun = performance.now();
    await using client = await Client.connect(port);
    await client.send("here\n");
    assert.equal(await client.text(), "here");
    assert.ok(performance.now() - begun < 2_000, "the listener paused after each of them");
    assert.deepEqual(events.filter((event) => event !== "error" && event !== "client"), []);
  });
});
