// The end of the process with pending work, and SIGHUP during the start.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess, startArguments } from "../support/process.ts";

const root = new URL("../../", import.meta.url);
const BASE = ["--host", "127.0.0.1", "--port", "0", "--metrics-port", "0"];

async function spawn(args: readonly string[]): Promise<Deno.ChildProcess> {
  return new Deno.Command(Deno.execPath(), {
    args: [...await startArguments(), ...BASE, ...args],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Waits until the admin socket of a process accepts a connection. @throws If the process has ended. */
async function connectWhenThere(path: string, child: Deno.ChildProcess): Promise<Client> {
  return await whileAlive(child, () => Client.operator(path).catch(() => undefined));
}

/** Repeats an attempt until it returns something. @throws If the process has ended. */
async function whileAlive<T>(
  child: Deno.ChildProcess,
  look: () => Promise<T | undefined>,
): Promise<T> {
  let ended: Deno.CommandStatus | undefined;
  child.status.then((status) => ended = status);
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.equal(ended, undefined, `the process has ended: ${JSON.stringify(ended)}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

Deno.test("a server stops on request even if nobody reads its standard output", async () => {
  await withDirectory(async (directory) => {
    const child = await spawn(["--data-dir", directory, "--log-level", "debug"]);
    // A pipe holds 64 KiB. The log writes more, and the rest waits in the process.
    await using operator = await connectWhenThere(`${directory}/admin.sock`, child);
    const port = await portOf(directory, child);
    await using client = await Client.connect(port);
    for (let i = 0; (await Deno.stat(`${directory}/classcord.log`)).size < 150_000; i++) {
      await using _guest = await Client.guest(port, `guest ${i} ${"é".repeat(40)}`);
    }
    const begun = performance.now();
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const { code, signal } = await child.status;
    clearTimeout(late);
    assert.deepEqual([code, signal], [0, null], "it ended by itself");
    assert.ok(performance.now() - begun < 12_000);
    assert.match(await Deno.readTextFile(`${directory}/classcord.log`), /\[ARRET\] stopped\n$/);
    await child.stdout.cancel();
    await Promise.all([operator.end(), client.end()]);
  });
});

/** Returns the port of a server whose standard output is not read. */
async function portOf(directory: string, child: Deno.ChildProcess): Promise<number> {
  return await whileAlive(child, async () => {
    const log = await Deno.readTextFile(`${directory}/classcord.log`);
    const port = Number(/chat on 127\.0\.0\.1:(\d+)/.exec(log)?.[1]);
    return port > 0 ? port : undefined;
  });
}

Deno.test("an endless HTTP request does not keep the server from ending", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const half = await Deno.connect({ port: server.metricsPort });
    await half.write(new TextEncoder().encode("GET /metrics HTTP/1.1\r\nHost: x\r\n"));
    server.signal("SIGTERM");
    assert.equal(await server.exited(), 0);
    half.close();
  });
});

Deno.test("SIGHUP is safe while the server starts, and the reload takes place after the start", async () => {
  await withDirectory(async (directory) => {
    const child = await spawn(["--data-dir", directory]);
    // The first line of the program installs the handler, long before the server locks its data directory.
    await whileAlive(child, () => Deno.stat(`${directory}/classcord.lock`).catch(() => undefined));
    child.kill("SIGHUP");
    await using operator = await connectWhenThere(`${directory}/admin.sock`, child);
    while (!(await Deno.readTextFile(`${directory}/classcord.log`)).includes("[RELOAD]")) {
      await operator.sync();
    }
    assert.equal((await operator.ask({ type: "ping" }))["type"], "pong");
    child.kill("SIGTERM");
    await child.stdout.cancel();
    assert.equal((await child.status).code, 0);
    await operator.end();
  });
});
