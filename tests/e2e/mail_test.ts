// Private messages to accounts that are offline, with server processes that are killed.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess } from "../support/process.ts";

const ADA = { type: "login", username: "ada", password: "1234" };

function contents(lines: readonly Line[]): unknown[] {
  return lines.filter(({ subtype }) => subtype === "private").map(({ content }) => content);
}

/** Logs in and returns the lines after the reply. */
async function login(client: Client): Promise<Line[]> {
  assert.equal((await client.ask(ADA))["status"], "ok");
  return await client.sync();
}

Deno.test("private messages to an account that is offline survive kill -9 and arrive once, in order", async () => {
  await withDirectory(async (directory) => {
    const sent: string[] = [];
    let acked: Line[] = [];
    {
      await using server = await ServerProcess.start(directory);
      await using gus = await Client.guest(server.port, "gus");
      await gus.ask({ type: "register", username: "ada", password: "1234" });
      for (let i = 0; i < 20; i++) {
        const content = `message ${i}`;
        sent.push(content);
        const ack = await gus.ask({ type: "private", to: "ADA", content, ref: `${i}` });
        assert.equal(ack["type"], "ack");
        acked = [...acked, ack];
      }
      server.signal("SIGKILL");
      await server.exited();
    }
    {
      await using server = await ServerProcess.start(directory);
      await using ada = await Client.connect(server.port);
      const lines = await login(ada);
      assert.deepEqual(contents(lines), sent);
      assert.deepEqual(lines.map(({ id }) => id), acked.map(({ id }) => id));
      assert.deepEqual(
        lines.map(({ timestamp }) => timestamp),
        acked.map(({ timestamp }) => timestamp),
      );
      await using second = await Client.connect(server.port);
      assert.deepEqual(contents(await login(second)), []);
      server.signal("SIGKILL");
      await server.exited();
    }
    await using server = await ServerProcess.start(directory);
    await using ada = await Client.connect(server.port);
    assert.deepEqual(contents(await login(ada)), []);
    const history = await ada.ask({ type: "history", with: "gus" });
    assert.deepEqual((history["messages"] as Line[]).map(({ content }) => content), sent);
  });
});

Deno.test("of many connections that log in at once, exactly one receives each kept message", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    await using gus = await Client.guest(server.port, "gus");
    await gus.ask({ type: "register", username: "ada", password: "1234" });
    const sent = Array.from({ length: 30 }, (_, i) => `message ${i}`);
    for (const content of sent) await gus.send({ type: "private", to: "ada", content });
    await gus.sync();
    const clients = await Promise.all(
      Array.from({ length: 4 }, () => Client.connect(server.port)),
    );
    const got = await Promise.all(clients.map(login));
    for (const client of clients) await client.close();
    assert.deepEqual(got.flatMap(contents).sort(), [...sent].sort());
    assert.equal(got.filter((lines) => contents(lines).length > 0).length, 1);
  });
});
