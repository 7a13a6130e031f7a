// Tests over real sockets of the effects of one client on others: no client that reads is disconnected or has to
// wait.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { startTestServer } from "../support/server.ts";

const LINE = { type: "message", content: "x", pad: "x".repeat(60_000) };

Deno.test("guests who complete a long line at the same time disconnect nobody who reads", async () => {
  await using server = await startTestServer();
  const guests = await Promise.all(
    Array.from({ length: 20 }, (_, i) => Client.guest(server.port, `guest${i}`)),
  );
  await Promise.all(guests.map((guest) => guest.send(LINE)));
  await Promise.all(guests.map(async (guest) => {
    for (let i = 0; i < guests.length - 1; i++) await guest.find(({ pad }) => pad !== undefined);
  }));
  for (const guest of guests) assert.deepEqual(await guest.sync(), []);
  await Promise.all(guests.map((guest) => guest.close()));
});

Deno.test("a guest who sends a burst of long messages disconnects nobody who reads", async () => {
  await using server = await startTestServer();
  const guests = await Promise.all(
    Array.from({ length: 10 }, (_, i) => Client.guest(server.port, `guest${i}`)),
  );
  const [sender, ...others] = guests;
  const long = { type: "message", content: "é".repeat(4_000), pad: "é".repeat(10_000) };
  const burst = `${JSON.stringify(long)}\n`.repeat(35);
  await sender!.send(burst);
  await Promise.all(others.map(async (guest) => {
    for (let i = 0; i < 35; i++) await guest.find(({ type }) => type === "message");
  }));
  assert.ok((await sender!.sync()).every(({ type }) => type === "status"));
  await Promise.all(guests.map((guest) => guest.close()));
});

Deno.test("a connection that never reads is closed, and connections that read are not", async () => {
  await using server = await startTestServer({
    limits: { outbox_bytes: 65_536, bytes_per_second: 0, messages_per_second: 0 },
  });
  const deaf = await Deno.connect({ port: server.port });
  await deaf.write(new TextEncoder().encode('{"type":"message","from":"deaf","content":""}\n'));
  const reader = await Client.guest(server.port, "reader");
  const sender = await Client.guest(server.port, "sender");
  let gone = false;
  const watching = reader.find(({ type, user, state }) =>
    type === "status" && user === "deaf" && state === "offline"
  ).then(() => gone = true);
  while (!gone) {
    await sender.send(LINE);
    await sender.sync();
  }
  await watching;
  assert.match(await server.log(), /reason=slow_consumer/);
  assert.equal((await reader.sync()).every(({ type }) => type === "message"), true);
  deaf.close();
  await reader.close();
  await sender.close();
});

Deno.test("a connection over its byte rate is slowed without an error, and others are not slowed", async () => {
  await using server = await startTestServer({
    limits: { bytes_per_second: 1_024, bytes_burst: 100_000 },
  });
  const busy = await Client.guest(server.port, "busy");
  const quiet = await Client.guest(server.port, "quiet");
  await busy.send(`${JSON.stringify(LINE)}\n`.repeat(3));
  await quiet.find(({ pad }) => pad !== undefined);
  assert.deepEqual(await quiet.sync(), []);
  assert.equal(busy.ended, false);
  await busy.close();
  await quiet.close();
});
