// Tests of the Unix listener: its connections, and the file of its socket.
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

Deno.test("UnixListener connects both ways, and the address of its peers is local", async () => {
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

Deno.test("UnixListener creates a socket for its owner and group only, and removes it on close", async () => {
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

Deno.test("UnixListener opens after an interrupted start", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    await Deno.mkdir(`${path}.new`);
    await Deno.writeTextFile(`${path}.new/s`, "");
    const listener = await UnixListener.open(options(path));
    await listener.close();
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("UnixListener does not remove a socket that another server has created at its path", async () => {
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

Deno.test("UnixListener replaces a socket that was left behind, but not one that a server answers on", async () => {
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

Deno.test("UnixListener does not change a file that is not a socket", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/s`;
    await Deno.writeTextFile(path, "precious");
    await assert.rejects(UnixListener.open(options(path)), /expected a socket or nothing/);
    assert.equal(await Deno.readTextFile(path), "precious");
  });
});

Deno.test("the gate of a UnixListener aborts connections that do not end in time", async () => {
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
