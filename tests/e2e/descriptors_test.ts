// A process without free file descriptors stays alive, and serves again once it has some.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess } from "../support/process.ts";

const LIMIT = 200;
const DEADLINE_MS = 30_000;

Deno.test("running out of file descriptors does not end the server, and it serves again afterwards", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.limited(LIMIT, directory);
    assert.match(
      server.output,
      /limits\.connections is 10000, .* can open 200 files: at most 100 /,
    );
    // More connections than descriptors, on each port, in every state.
    const flood: Deno.Conn[] = [];
    for (
      const [port, text] of [
        [server.port, '{"type":"message","from":"x","content":""}\n'],
        [server.metricsPort, ""],
        [server.port, ""],
        [server.metricsPort, "GET / HT"],
      ] as const
    ) {
      for (let i = 0; i < LIMIT / 2; i++) {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port });
        await conn.write(new TextEncoder().encode(text)).catch(() => {});
        flood.push(conn);
      }
    }
    await server.until(/accepting failed/);
    for (const conn of flood) conn.close();
    await using client = await guestOnceServed(server.port);
    // The guests of the flood are still leaving.
    await client.sync();
    const health = await fetch(`http://127.0.0.1:${server.metricsPort}/healthz`);
    assert.equal((await health.json()).status, "ok");
    server.signal("SIGTERM");
    assert.equal(await server.exited(), 0);
    const failures = server.output.match(/accepting failed/g) ?? [];
    assert.ok(
      failures.length <= 3,
      `${failures.length} lines about one minute and three listeners`,
    );
  });
});

/** Joins as a guest. The server rejects connections until it has noticed that those of the flood are closed. */
async function guestOnceServed(port: number): Promise<Client> {
  const end = performance.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await Client.guest(port, "after");
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}
