// Tests of the messages to the service manager, over a path and over a name in the abstract namespace.
import assert from "node:assert/strict";
import { connectServiceManager } from "../../lib/ops/service_manager.ts";
import { withDirectory } from "../support/directory.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Tests the messages to a manager. `listenAt` is the address for Deno, `address` the one for `NOTIFY_SOCKET`. */
async function proveManager(listenAt: string, address: string): Promise<void> {
  const manager = Deno.listenDatagram({ transport: "unixpacket", path: listenAt });
  const failures: unknown[] = [];
  const environment = { NOTIFY_SOCKET: address, WATCHDOG_USEC: "60000" };
  const service = connectServiceManager(environment, (error) => failures.push(error));
  const heard = async () => text((await manager.receive())[0]);
  service.starting("waiting");
  assert.equal(await heard(), "EXTEND_TIMEOUT_USEC=60000000\nSTATUS=waiting");
  service.ready("chat on port 1");
  assert.equal(await heard(), "READY=1\nSTATUS=chat on port 1");
  assert.equal(await heard(), "WATCHDOG=1");
  assert.equal(await heard(), "WATCHDOG=1");
  service.stopping();
  let last = await heard();
  while (last === "WATCHDOG=1") last = await heard();
  assert.equal(last, "STOPPING=1");
  service.close();
  manager.close();
  assert.deepEqual(failures, []);
}

Deno.test("the service manager is notified over a path, without a runtime directory", async () => {
  await withDirectory((directory) => proveManager(`${directory}/notify`, `${directory}/notify`));
});

Deno.test("the service manager is notified over a name in the abstract namespace", async () => {
  const name = `classcord-test-${crypto.randomUUID()}`;
  await proveManager(`\0${name}`, `@${name}`);
});

Deno.test("an unusable address is an error, and a missing one is not", async () => {
  const failures: string[] = [];
  const connect = (environment: Record<string, string>) =>
    connectServiceManager(environment, (error) => failures.push(String(error)));
  connect({}).ready("x");
  connect({ NOTIFY_SOCKET: "" }).ready("x");
  assert.deepEqual(failures, []);
  const vsock = connect({ NOTIFY_SOCKET: "vsock:2:1234" });
  vsock.ready("x");
  vsock.close();
  assert.match(failures.join(), /NOTIFY_SOCKET: expected a path or a name after @, got "vsock/);
  const told = Promise.withResolvers<unknown>();
  const gone = connectServiceManager({ NOTIFY_SOCKET: "/nonexistent/notify" }, told.resolve);
  gone.ready("x");
  assert.match(String(await told.promise), /NotFound/);
  gone.close();
});
