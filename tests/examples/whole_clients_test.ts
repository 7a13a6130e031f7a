// Every whole client talks to a real server: account, list, messages, channels, and a connection that breaks.
import assert from "node:assert/strict";
import { withDirectory } from "../support/directory.ts";
import { Client, type Line } from "../support/client.ts";
import { startTestServer } from "../support/server.ts";
import { Relay } from "../web/relay.ts";
import { Example, testEach } from "./example.ts";

const isMessage = (line: Line) => line["type"] === "message";
const ADA = { username: "Ada", password: "1234" };

/** Registers and logs in a second client. */
async function member(port: number, username: string): Promise<Client> {
  const client = await Client.connect(port);
  await client.ask({ type: "register", username, password: "1234" });
  await client.ask({ type: "login", username, password: "1234", ref: "1" });
  return client;
}

testEach("registers, lists, sends and receives", async (program) => {
  await using server = await startTestServer({ server: { language: "fr" } });
  await using bob = await Client.guest(server.port, "Bob");
  await bob.send({ type: "message", content: "avant" });
  await using client = Example.start(program, server.port);
  await client.signIn("Bob", "1234", true);
  await client.sees("(username_taken)");
  await client.signIn("Zoé", "1234", true);
  await client.sees("* en ligne : Bob, Zoé\n");
  await client.sees("<Bob> avant\n");
  await client.type('Un "mot" \\ é € 😀');
  await client.sees('<Zoé> Un "mot" \\ é € 😀\n');
  const { from, content } = await bob.find(isMessage);
  assert.deepEqual([from, content], ["Zoé", 'Un "mot" \\ é € 😀']);
  await bob.send({ type: "message", content: "deux\nlignes\u001b[2J 👩‍💻" });
  await client.sees("<Bob> deux\n    lignes [2J 👩‍💻\n");
  await bob.send({ type: "message", to: "Zoé", content: "psst" });
  await client.sees("[privé] <Bob> psst\n");
  await client.type("/msg Bob oui ?", "//join n'est pas une commande");
  await client.sees("[privé] <Zoé> oui ?\n");
  const answers = [await bob.find(isMessage), await bob.find(isMessage)];
  assert.deepEqual(answers.map((line) => [line["subtype"], line["content"]]), [
    ["private", "oui ?"],
    ["global", "/join n'est pas une commande"],
  ]);
  await bob.send({ type: "status", state: "away" });
  await client.sees("* Bob : away\n");
  await client.type("/users");
  await client.sees("* en ligne : Bob (away), Zoé\n");
  await client.type("long ".repeat(2_000));
  await client.sees("(content_too_long)\n");
  await client.type("long ".repeat(14_000), "après la ligne trop longue");
  const after = await bob.find(isMessage);
  assert.equal(after["content"], "après la ligne trop longue");
  await client.type("/msg personne Bonjour");
  await client.sees(`! Personne ne s'appelle "personne". (unknown_user)\n`);
  await using eva = await Client.guest(server.port, "Eva");
  await client.sees("* Eva est en ligne\n");
  await eva.close();
  await client.sees("* Eva est parti\n");
  await client.type("/quit");
  assert.equal(await client.exit(), 0);
});

testEach(
  "writes in the channel that it joined, and reads it again after a break",
  async (program) => {
    await using server = await startTestServer({ server: { language: "fr" } });
    await using relay = new Relay(server.port);
    await using bob = await member(server.port, "Bob");
    await bob.ask({ type: "join", channel: "#dev", ref: "2" });
    await using client = Example.start(program, relay.port);
    await client.signIn("Zoé", "1234", true);
    await client.type("/rejoindre #dev", "dans dev");
    const first = await bob.find(isMessage);
    assert.deepEqual([first["channel"], first["content"]], ["#dev", "dans dev"]);
    relay.disconnect();
    await bob.find(({ state }) => state === "offline");
    await bob.send({ type: "message", channel: "#dev", content: "manqué dans dev" });
    await bob.send({ type: "message", channel: "#général", content: "manqué ailleurs" });
    await bob.sync();
    relay.restore();
    await client.sees("<Bob> manqué dans dev");
    await client.type("/me revient");
    const second = await bob.find(isMessage);
    assert.equal(second["channel"], "#dev");
  },
);

testEach(
  "catches up without doubles, private messages too, however long it was away",
  async (program) => {
    await using server = await startTestServer({
      limits: { messages_per_second: 0 },
      server: { language: "fr" },
    });
    await using relay = new Relay(server.port);
    await using bob = await member(server.port, "Bob");
    await using client = Example.start(program, relay.port);
    await client.signIn("Zoé", "1234", true);
    await client.sees("* en ligne : Bob, Zoé\n");
    await bob.send({ type: "message", content: "avant la coupure" });
    await client.sees("<Bob> avant la coupure\n");
    relay.disconnect();
    await bob.find(({ state }) => state === "offline");
    const missed = Array.from({ length: 120 }, (_, i) => `manqué ${i} !`);
    for (const content of missed) await bob.send({ type: "message", content });
    await bob.send({ type: "message", to: "Zoé", content: "privé manqué" });
    await client.sees("nouvel essai dans");
    await client.type("écrit pendant la coupure", "/who");
    await client.sees("! hors ligne : la commande n'est pas envoyée\n");
    await bob.sync();
    relay.restore();
    assert.equal((await bob.find(isMessage))["content"], "écrit pendant la coupure");
    await bob.send({ type: "message", content: "après" });
    await client.sees("<Bob> après\n");
    relay.cut();
    await bob.find(({ state }) => state === "offline");
    await bob.find(({ state }) => state === "online");
    await client.type("encore là");
    assert.equal((await bob.find(isMessage))["content"], "encore là");
    await client.type("/quit");
    assert.equal(await client.exit(), 0);
    const shown = client.screen.split("\n").filter((line) => line.startsWith("<Bob>"));
    assert.deepEqual(
      shown,
      ["avant la coupure", ...missed, "après"].map((text) => `<Bob> ${text}`),
    );
    assert.equal(client.count("[privé] <Bob> privé manqué"), 1);
    assert.equal(client.count("<Zoé> écrit pendant la coupure"), 1);
  },
);

for (const loss of ["up", "down"] as const) {
  const what = loss === "up" ? "message" : "ack";
  testEach(
    `sends each message once, even if the ${what} is lost with the connection`,
    async (program) => {
      await using server = await startTestServer();
      await using relay = new Relay(server.port);
      await using bob = await member(server.port, "Bob");
      await using client = Example.start(program, relay.port);
      await client.signIn("Zoé", "1234", true);
      await client.sees("* en ligne : Bob, Zoé\n");
      for (const private_ of [false, true]) {
        const text = private_ ? "privé" : "public";
        const type = (content: string) => client.type(private_ ? `/msg Bob ${content}` : content);
        await type(`${text} avant`);
        assert.equal((await bob.find(isMessage))["content"], `${text} avant`);
        await client.sees(`<Zoé> ${text} avant\n`);
        // The ack of the message before must not be lost.
        await bob.sync();
        await client.type("/users");
        await client.sees("* en ligne : Bob, Zoé\n");
        relay.swallowed = 0;
        relay[loss] = "swallowed";
        await type(`${text} perdu ?`);
        await relay.swallowing();
        relay.disconnect();
        relay.restore();
        assert.equal((await bob.find(isMessage))["content"], `${text} perdu ?`);
        await type(`${text} après`);
        assert.equal((await bob.find(isMessage))["content"], `${text} après`);
        assert.equal(client.count(`<Zoé> ${text} perdu ?`), 1);
        await bob.send({ type: "history", ...(private_ ? { with: "Zoé" } : {}), ref: "h" });
        const { messages } = await bob.find(({ type }) => type === "history");
        const contents = (messages as Line[]).map(({ content }) => content);
        assert.deepEqual(contents, [`${text} avant`, `${text} perdu ?`, `${text} après`]);
      }
      await client.type("/quit");
      assert.equal(await client.exit(), 0);
    },
  );
}

testEach("comes back when the server has been restarted", async (program) => {
  await withDirectory(async (directory) => {
    const first = await startTestServer({}, directory);
    const { port } = first;
    await using client = Example.start(program, port);
    await client.signIn("Zoé", "1234", true);
    await client.sees("* en ligne : Zoé\n");
    await first[Symbol.asyncDispose]();
    await client.sees("! la connexion est fermée");
    await using _second = await startTestServer({ server: { port } }, directory);
    await client.sees("* en ligne : Zoé\n");
    await client.type("Bonjour", "/quit");
    assert.equal(await client.exit(), 0);
    assert.doesNotMatch(client.screen, /non envoyé/);
  });
});

testEach(
  "asks for a new password when the account has another one after a break",
  async (program) => {
    await using server = await startTestServer();
    await using relay = new Relay(server.port);
    await using client = Example.start(program, relay.port);
    await client.signIn(ADA.username, ADA.password, true);
    await client.sees("* en ligne : Ada\n");
    await using other = await Client.connect(server.port);
    await other.ask({ type: "login", ...ADA, ref: "1" });
    await other.ask({ type: "password", old: "1234", new: "12345", ref: "2" });
    relay.cut();
    await client.sees("! Login failed. (login_failed)\n");
    await client.signIn("ADA", "12345", false);
    await client.sees("* en ligne : Ada\n");
  },
);
