// The whole clients wait longer and longer for a server that is away, send at the pace that it allows, and use TLS.
import assert from "node:assert/strict";
import { writeCertificate } from "../support/certificate.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";
import { Example, testEach, WHOLE_CLIENTS } from "./example.ts";
import { nextRequest, ScriptedServer } from "./scripted_server.ts";

const isMessage = (line: Record<string, unknown>) => line["type"] === "message";

testEach("waits twice as long after each failed connection", async (program) => {
  await using server = new ScriptedServer();
  await using _client = Example.start(program, server.port);
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const connection = await server.accept();
    times.push(Date.now());
    await connection.close();
  }
  // The first wait is 20 ms here. A busy machine only makes them longer.
  const waits = times.slice(1).map((time, i) => time - times[i]!);
  for (const [i, wait] of waits.entries()) assert.ok(wait >= 20 * 2 ** i - 2, waits.join());
});

testEach("sends a pasted text whole and in order, at the pace of the server", async (program) => {
  await using server = await startTestServer({ limits: { messages_per_second: 20, burst: 12 } });
  await using bob = await Client.guest(server.port, "Bob");
  await using client = Example.start(program, server.port);
  const pasted = Array.from({ length: 40 }, (_, i) => `ligne ${i} é`);
  await client.type("Zoé", "1234", "o", ...pasted);
  const received: unknown[] = [];
  while (received.length < pasted.length) received.push((await bob.find(isMessage))["content"]);
  assert.deepEqual(received, pasted);
  assert.equal(await client.ends(), 0);
  assert.match(client.screen, /\(rate_limited\) ; nouvel essai dans/);
});

testEach(
  "looks for its private message, and still shows those that arrive later",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    await client.signIn("Zoé", "1234", false);
    const first = await server.welcome("Zoé");
    await client.type("/msg Bob me revoilà");
    const { nonce } = await nextRequest(first, "message");
    await first.close();
    const second = await server.welcome("Zoé");
    const { with: name, ref } = await nextRequest(second, "history");
    const mine = { type: "message", subtype: "private", from: "Zoé", to: "Bob", id: 8, nonce };
    const kept = { ...mine, from: "Bob", to: "Zoé", id: 9, nonce: "x", content: "gardé" };
    const messages = [{ ...mine, content: "me revoilà" }, kept];
    await second.send({ type: "history", with: name, messages, more: false, ref });
    await second.send(kept);
    await client.sees("[privé] <Bob> gardé\n");
    await client.type("/msg Bob et voilà");
    // The first one is not sent again.
    assert.equal((await nextRequest(second, "message"))["content"], "et voilà");
    assert.equal(client.count("gardé"), 1);
    assert.equal(client.count("me revoilà"), 1);
  },
);

const python = WHOLE_CLIENTS.find(({ program }) => program === "python3")!;

testWith(
  "python3",
  "3_client.py chats over TLS, and refuses a certificate that it does not trust",
  async () => {
    await withDirectory(async (directory) => {
      const trusted = await writeCertificate(directory);
      const other = await writeCertificate(directory, { name: "other" });
      await using server = await startTestServer({ tls: { cert: trusted.cert, key: trusted.key } });
      await using bob = await Client.guest(server.port, "Bob");
      const port = `${server.running.tls!.port}`;
      const args = (ca: string) => ["--tls", "--ca", ca, "127.0.0.1", port];
      await using wrong = Example.start(python, args(other.cert));
      await wrong.sees("CERTIFICATE_VERIFY_FAILED");
      await using client = Example.start(python, args(trusted.cert));
      await client.signIn("Zoé", "1234", true);
      await client.sees("* en ligne : Bob, Zoé\n");
      await client.type("Bonjour");
      assert.equal((await bob.find(isMessage))["content"], "Bonjour");
      const long = "é".repeat(4_000);
      for (let i = 0; i < 20; i++) await bob.send({ type: "message", content: `${i} ${long}` });
      for (let i = 0; i < 20; i++) await client.sees(`<Bob> ${i} ${long}\n`);
    });
  },
);
