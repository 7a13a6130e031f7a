// Tests of peers that vanish without a packet, with the real kernel and a network that is cut.
import assert from "node:assert/strict";
import type { Connection } from "../../../lib/net/connection.ts";
import { Entrance } from "../../../lib/net/entrance/entrance.ts";
import { createProbe } from "../../../lib/net/liveness/keep_alive.ts";
import { watchLiveness } from "../../../lib/net/liveness/liveness.ts";
import { secureContext } from "../../../lib/net/entrance/tls_stream.ts";
import { readDescriptorLimit } from "../../../lib/ops/descriptors.ts";
import { makeSelfSigned } from "../../../lib/ops/tls/self_signed.ts";
import { encodeLines } from "../../../lib/protocol/reply.ts";
import { TestListener } from "../../support/listener.ts";
import { canHaveNetwork, withNetwork } from "../../support/network.ts";
import { startArguments } from "../../support/process.ts";
import { testWith } from "../../support/programs.ts";

const linux = Deno.build.os === "linux";

/** Returns the row of a socket in the kernel's table. */
async function rowOf(port: number): Promise<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const table = await Deno.readTextFile("/proc/net/tcp");
  return table.split("\n").find((row) =>
    row.split(" ").filter(Boolean)[1] === `0100007F:${hex}` &&
    !row.includes(":0000 0A")
  )!;
}

Deno.test({
  name: "a probe sets the kernel's idle time, and the connection still works (Linux)",
  ignore: !linux,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const accepted = listener.accept();
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    using server = await accepted;
    server.setKeepAlive(true);
    const probe = createProbe(30);
    for (let i = 0; i < 100; i++) probe(server);
    // The timer: keep-alive (02), and the remaining time in hundredths of a second.
    const [, timer, left] = / (\d\d):([\dA-F]{8}) \d{8} +\d+ +\d+ /.exec(await rowOf(port))!;
    assert.equal(timer, "02");
    assert.ok(Number(`0x${left}`) <= 3_000);
    const buffer = new Uint8Array(8);
    await client.write(Uint8Array.of(1, 2, 3));
    assert.equal(await server.read(buffer), 3);
    await server.write(Uint8Array.of(1));
    assert.equal(await client.read(buffer), 1);
    server.close();
    probe(server);
    assert.equal(await client.read(buffer), null);
  },
});

Deno.test({
  name: "the server can read its files in /proc with the permissions of `deno task start` (Linux)",
  ignore: !linux,
  async fn() {
    const code = `
      import { readStalled } from "./lib/net/liveness/tcp_table.ts";
      import { readDescriptorLimit } from "./lib/ops/descriptors.ts";
      console.log(JSON.stringify([[...await readStalled()].length, await readDescriptorLimit()]));`;
    const root = new URL("../../../", import.meta.url);
    const file = await Deno.makeTempFile({ prefix: "classcord-", suffix: ".ts" });
    await Deno.writeTextFile(file, code.replaceAll('"./lib', `"${root}lib`));
    try {
      // The file is outside the repository, so Deno needs the path of the configuration with the import map.
      const config = ["--config", new URL("deno.json", root).pathname];
      const args = (await startArguments()).filter((arg) => !/^--(lock|frozen)/.test(arg))
        .flatMap((arg) => arg === "main.ts" ? [...config, file] : arg);
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root })
        .output();
      assert.ok(stdout.length > 0, new TextDecoder().decode(stderr));
      const [stalled, limit] = JSON.parse(new TextDecoder().decode(stdout));
      assert.equal(typeof stalled, "number");
      assert.equal(limit, await readDescriptorLimit());
      assert.ok(limit! > 0);
    } finally {
      await Deno.remove(file);
    }
  },
});

/** Returns the program of the other machine. It connects to each port, reads two replies, and waits. */
function clientCode({ address, clear, tls, cert }: {
  readonly address: string;
  readonly clear: readonly number[];
  readonly tls: readonly number[];
  readonly cert: string;
}): string {
  return `
    const [hostname, caCerts] = [${JSON.stringify(address)}, [${JSON.stringify(cert)}]];
    const all = [];
    for (const port of ${JSON.stringify(clear)}) all.push(await Deno.connect({ hostname, port }));
    for (const port of ${
    JSON.stringify(tls)
  }) all.push(await Deno.connectTls({ hostname, port, caCerts }));
    for (const text of ["hello\\n", "well\\n"]) {
      for (const conn of all) await conn.write(new TextEncoder().encode(text));
      for (const conn of all) await conn.read(new Uint8Array(64));
    }
    for (;;) await all[0].read(new Uint8Array(64));`;
}

testWith(
  { programs: ["ip"], also: { "root that may make network namespaces": await canHaveNetwork() } },
  "peers behind a cut network time out: idle or with unacknowledged data, in plaintext or over TLS",
  async () => {
    await withNetwork(async ({ address, run, cut }) => {
      const now = Date.now();
      const pair = await makeSelfSigned({
        hosts: [address],
        notBefore: new Date(now - 86_400_000),
        notAfter: new Date(now + 86_400_000),
      });
      const context = secureContext(pair);
      const opened: Connection[] = [];
      const ended = new Map<number, string>();
      let changed = () => {};
      async function until(met: () => boolean): Promise<void> {
        while (!met()) await new Promise<void>((resolve) => changed = resolve);
      }
      let lastId = 0;
      const listen = (entrance?: Entrance) =>
        new TestListener({
          host: address,
          entrance,
          nextId: () => ++lastId,
          open(connection) {
            return {
              line(text) {
                connection.send(encodeLines("welcome\n"));
                // The client sends its second line once it has read the first reply.
                if (text === "well") opened.push(connection);
                changed();
              },
              overlong() {},
              metrics() {},
              ended(reason) {
                ended.set(connection.id, reason);
                changed();
              },
            };
          },
        });
      const listeners = [listen(), listen(new Entrance({ tls: () => context, passed() {} }))];
      const unwatch = watchLiveness({
        *connections() {
          for (const listener of listeners) yield* listener.gate.connections;
        },
        unreadable(error) {
          throw error;
        },
        times: {
          look: 300,
          silent: 0,
          probe: 1_000,
          unacknowledged: 3_000,
          unread: 60_000,
        },
        now: () => performance.now(),
        after(milliseconds, work) {
          const timer = setTimeout(work, milliseconds);
          return () => clearTimeout(timer);
        },
      });
      const [clear, tls] = listeners.map(({ port }) => [port, port]);
      const client = run(clientCode({ address, clear: clear!, tls: tls!, cert: pair.cert }));
      const failed = client.status.then(({ code }) => {
        if (ended.size < 4) throw new Error(`the other machine's program ended with ${code}`);
      });
      await Promise.race([until(() => opened.length === 4), failed]);
      await cut();
      opened.filter(({ secure }) => secure)[0]!.send(encodeLines("lost\n"));
      opened.filter(({ secure }) => !secure)[0]!.send(encodeLines("lost\n"));
      await Promise.race([until(() => ended.size === 4), failed]);
      assert.deepEqual(new Set(ended.values()), new Set(["timeout"]));
      await unwatch();
      for (const listener of listeners) {
        await listener.close();
        await listener.finish(0);
      }
    });
  },
);
