// The whole server while clients make it hash passwords: whose turn it is, and which hashes are cancelled.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { startTestServer } from "../support/server.ts";

const behindProxy = {
  proxy: { trusted: ["127.0.0.1"] },
  limits: { connections_per_address: 0 },
};

async function connectFrom(address: string, port: number): Promise<Client> {
  const client = await Client.connect(port);
  await client.send(`PROXY TCP4 ${address} 10.0.0.1 5000 12345\r\n`);
  return client;
}

Deno.test("a login does not wait for registrations of another address or of clients that have left", async () => {
  await using server = await startTestServer(behindProxy);
  const { accountStore, accounts } = server.running.services;
  await accounts.create({ username: "ada", password: "1234" });
  const registering = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const client = await connectFrom("10.9.9.9", server.port);
      await client.send({ type: "register", username: `bot${i}`, password: "1234" });
      return client;
    }),
  );
  await using ada = await connectFrom("10.0.0.7", server.port);
  const before = accountStore.findByKey("bot39");
  assert.equal(before, undefined);
  const count = () =>
    registering.filter((_, i) => accountStore.findByKey(`bot${i}`) !== undefined).length;
  await ada.ask({ type: "ping" });
  const made = count();
  const reply = await ada.ask({ type: "login", username: "ada", password: "1234" });
  assert.equal(reply["status"], "ok");
  assert.ok(count() - made <= 8, `${count() - made} registrations came first`);
  await Promise.all(registering.map((client) => client.close()));
  const left = count();
  await ada.ask({ type: "logout", ref: "1" });
  await ada.ask({ type: "login", username: "ada", password: "1234" });
  assert.ok(count() - left <= 8, `${count() - left} were made after their clients had left`);
  assert.ok(count() < 40);
});

Deno.test("a script that closes its half after several logins receives every reply", async () => {
  await using server = await startTestServer();
  await using client = await Client.connect(server.port);
  const request = { type: "login", username: "ada", password: "devine" };
  await client.send(`${JSON.stringify(request)}\n`.repeat(5));
  await client.closeWrite();
  const codes = (await client.end()).map(({ code }) => code);
  assert.deepEqual(codes, Array(5).fill("login_failed"));
});

Deno.test("a line of combining marks delays nobody", async () => {
  await using server = await startTestServer();
  await using quiet = await Client.connect(server.port);
  const heap = "a" + "\u0301".repeat(15_000) + "\u0316".repeat(15_000);
  const clients = await Promise.all(
    Array.from({ length: 15 }, () => Client.connect(server.port)),
  );
  try {
    for (const [i, client] of clients.entries()) {
      const members = [
        { type: "register", username: heap, password: "1234" },
        { type: "register", username: "zoe", password: heap },
        { type: "message", from: heap, content: "" },
      ];
      await client.send(members[i % 3]!);
    }
    const begun = performance.now();
    assert.deepEqual(await quiet.ask({ type: "ping" }), { type: "pong" });
    // It once took 38 s.
    assert.ok(performance.now() - begun < 1_000);
    const codes = await Promise.all(clients.map(async (client) => (await client.line())["code"]));
    assert.deepEqual(codes.slice(0, 3), ["bad_username", "weak_password", "bad_username"]);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});
