// The first two steps in Python work against a server, and so do the ten lines of the protocol page.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";
import { Example, EXAMPLES } from "./example.ts";

const python = (file: string) => ({
  program: "python3",
  args: [new URL(`python/${file}`, EXAMPLES).pathname],
});
const isMessage = (line: Record<string, unknown>) => line["type"] === "message";

testWith("python3", "1_connect.py registers, logs in, lists and sends a message", async () => {
  await using server = await startTestServer();
  await using watcher = await Client.guest(server.port, "watcher");
  await using example = Example.start(python("1_connect.py"), server.port);
  await example.signIn("Zoé", "x", true);
  await example.sees("(weak_password)");
  await example.signIn("Zoé", "1234", true);
  await example.sees("* vous êtes Zoé\n* en ligne : watcher, Zoé\nMessage : ");
  await example.type('Un "mot" \\ é € 😀');
  await example.sees("* message enregistré sous le numéro 1\n");
  assert.equal(await example.exit(), 0);
  const { from, content } = await watcher.find(isMessage);
  assert.deepEqual([from, content], ["Zoé", 'Un "mot" \\ é € 😀']);
});

testWith(
  "python3",
  "1_connect.py tries again on the same connection, with the server's name",
  async () => {
    await using server = await startTestServer();
    await using client = await Client.connect(server.port);
    await client.ask({ type: "register", username: "Zoé", password: "1234" });
    await using example = Example.start(python("1_connect.py"), server.port);
    await example.signIn("zoé", "oubli", false);
    await example.sees("! Login failed. (login_failed)");
    await example.signIn("zoé", "1234", false);
    await example.sees("* vous êtes Zoé\n");
    const metrics = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
    assert.match(await metrics.text(), /^classcord_connections_total 2$/m);
  },
);

testWith("python3", "2_receive.py shows what arrives while the user types", async () => {
  await using server = await startTestServer();
  await using bob = await Client.guest(server.port, "bob");
  await using example = Example.start(python("2_receive.py"), server.port);
  await example.signIn("Zoé", "1234", true);
  await example.sees("* en ligne : bob, Zoé\n");
  await bob.send({ type: "message", content: "É € 😀" });
  await example.sees("<bob> É € 😀\n");
  await bob.send({ type: "message", to: "Zoé", content: "psst" });
  await example.sees("[privé] <bob> psst\n");
  await bob.send({ type: "status", state: "away" });
  await example.sees("* bob : away\n");
  await using eva = await Client.guest(server.port, "eva");
  await example.sees("* eva est en ligne\n");
  await eva.close();
  await example.sees("* eva est parti\n");
  await example.type("/who", "Bonjour é", "/quit");
  assert.equal(await example.exit(), 0);
  assert.equal((await bob.find(isMessage))["content"], "Bonjour é");
  assert.equal(example.count("<Zoé> Bonjour é"), 1);
  assert.match(example.screen, /\[privé\] <ClassCord> /);
});

testWith("python3", "the ten lines of Python on the protocol page work", async () => {
  await using server = await startTestServer();
  await using bob = await Client.guest(server.port, "bob");
  const page = await Deno.readTextFile(new URL("../docs/PROTOCOL.md", EXAMPLES));
  const script = /```python\n([^]*?)```/.exec(page)![1]!.replace("12345", String(server.port));
  await using example = Example.start({ program: "python3", args: ["-u", "-c", script] }, []);
  const heard = await bob.find(isMessage);
  assert.deepEqual([heard["from"], heard["content"]], ["python", "Bonjour"]);
  await bob.send({ type: "message", content: "été" });
  await example.sees("'from': 'bob'");
});
