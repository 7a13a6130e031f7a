// Tests of the Unix listener: who may connect, and what becomes of the file.
import assert from "node:assert/strict";
import type { Connection } from "../../lib/net/connection.ts";
import { Gate } from "../../lib/net/gate.ts";
import {
  SocketTaken,
  UnixListener,
  type UnixListenerOptions,
} from "../../lib/net/unix_listener.ts";
import { encodeLines } from "../../lib/protocol/reply.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";

function makeGate(opened: Connection[] = []): Gate<Deno.UnixConn> {
  return new Gate({
    limits: { lineBytes: 1000, outboxBytes: 0 },
    open(connection) {
      opened.push(connection);
      return {
        line: (text) => connection.send(encodeLines(`${text}\n`)),
        overlong() {},
        metrics() {},
        ended() {},
      };
    },
  });
}

function options(path: string, gate = makeGate()): UnixListenerOptions {
  let lastId = 0;
  return {
    path,
    gate,
    nextId: () => ++lastId,
    acceptFailed(error) {
      throw error;
    },
  };
}

Deno.test("UnixListener carries lines both ways, and its peers are local", async () => {
  await withDirectory(async (directory) => {
    const opened: Connection[] = [];
    const gate = makeGate(opened);
    const listener = await UnixListener.open(options(`${directory}/s`, gate));
    await using client = await Client.operator(`${directory}/s`);
    assert.deepEqual(await client.ask({ type: "ping" }), { type: "ping" });
    assert.deepEqual([opened[0]?.id, opened[0]?.address, opened[0]?.port], [1, "local", 0]);
    await client.close();
    await listener.close();
    await gate.finish(5_000);
  });
});

Deno.test("UnixListener makes a socket for its owner and its group alone, and takes it away", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    const listener = await UnixListener.open(options(path));
    const { mode, isSocket } = await Deno.lstat(path);
    assert.ok(isSocket);
    assert.equal(mode! & 0o777, 0o660);
    await listener.close();
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("UnixListener opens after a start that was cut off half-way", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    await Deno.mkdir(`${path}.new`);
    await Deno.writeTextFile(`${path}.new/s`, "");
    const listener = await UnixListener.open(options(path));
    await listener.close();
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("UnixListener leaves a socket alone that another server has put in its place", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    const listener = await UnixListener.open(options(path));
    await Deno.remove(path);
    const other = await UnixListener.open(options(path));
    await listener.close();
    assert.ok((await Deno.lstat(path)).isSocket);
    await other.close();
  });
});

Deno.test("UnixListener replaces a socket that was left behind, but not one that answers", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    const stale = Deno.listen({ transport: "unix", path: `${directory}/other` });
    await Deno.rename(`${directory}/other`, path);
    stale.close();
    assert.ok((await Deno.lstat(path)).isSocket);
    const gate = makeGate();
    const listener = await UnixListener.open(options(path, gate));
    await assert.rejects(UnixListener.open(options(path)), SocketTaken);
    await using client = await Client.operator(path);
    assert.deepEqual(await client.ask({ type: "ping" }), { type: "ping" });
    await client.close();
    await listener.close();
    await gate.finish(5_000);
  });
});

Deno.test("UnixListener touches no file that is not a socket", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    await Deno.writeTextFile(path, "precious");
    await assert.rejects(UnixListener.open(options(path)), /expected a socket or nothing/);
    assert.equal(await Deno.readTextFile(path), "precious");
  });
});

Deno.test("UnixListener cuts off those that do not leave in time", async () => {
  await withDirectory(async (directory) => {
    const gate = makeGate();
    const listener = await UnixListener.open(options(`${directory}/s`, gate));
    await using client = await Client.operator(`${directory}/s`);
    await client.ask({ type: "ping" });
    await listener.close();
    await gate.finish(1);
    assert.deepEqual(await client.end(), []);
  });
});
