// The whole clients read lines that are cut, glued, reordered or unknown, and survive what no server sends.
import assert from "node:assert/strict";
import { Example, testEach } from "./example.ts";
import { answerFirstRequests, nextRequest, ScriptedServer } from "./scripted_server.ts";

const TIMESTAMP = "2026-11-27T08:00:00.123Z";

function line(id: number, content: string): string {
  const message = { id, content, timestamp: TIMESTAMP, from: "Bob", mood: { deep: [1] } };
  return `${
    JSON.stringify({ ...message, subtype: "global", channel: "#général", type: "message" })
  }\n`;
}

testEach(
  "reads lines that are cut anywhere, even within a character, and glued",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    await client.signIn("Zoé", "1234", false);
    const connection = await server.welcome("Zoé");
    // The server sends ASCII, but the clients say UTF-8.
    const bytes = new TextEncoder().encode(line(1, "é € 😀 un"));
    for (const byte of bytes) await connection.send(Uint8Array.of(byte));
    await client.sees("<Bob> é € 😀 un\n");
    const escaped = line(2, "XX").replace("XX", String.raw`\u00e9 \u20ac \ud83d\ude00 deux`);
    await connection.send(escaped + line(3, "trois") + line(4, "qua").slice(0, -5));
    await client.sees("<Bob> é € 😀 deux\n<Bob> trois\n");
    await connection.send(line(4, "qua").slice(-5));
    await client.sees("<Bob> qua\n");
  },
);

testEach(
  "ignores types and members that it does not know, and survives rubbish",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    await client.signIn("Zoé", "1234", false);
    const connection = await server.welcome("Zoé");
    await connection.send(
      '{"type":"tomorrow","users":7}\n{"type":"ack"}\n{"type":"pong","ref":"x"}\n',
    );
    const rubbish = [
      ..."nonsense|{|[]|null|7|{}|[{}]|".split("|"),
      '{"type":"message"}',
      '{"type":7}',
      '{"type":"error"}',
      '{"type":"history","messages":7}',
      '{"type":"users","users":null}',
      '{"type":"message","from":[],"content":{},"id":{}}',
      '{"type":"message","from":"Bob","content":"\\ud83d","id":1,"nonce":[1]}',
      `${"[".repeat(60_000)}`,
    ];
    for (const text of rubbish) await connection.send(`${text}\n`);
    await connection.send(new Uint8Array([0xff, 0xfe, 0x00, 0x0a]));
    await connection.send(line(2, "toujours là"));
    await client.sees("<Bob> toujours là\n");
    await client.type("moi aussi");
    const { content } = await nextRequest(connection, "message");
    assert.equal(content, "moi aussi");
  },
);

testEach("gives up a connection whose line never ends, and comes back", async (program) => {
  await using server = new ScriptedServer();
  await using client = Example.start(program, server.port);
  await client.signIn("Zoé", "1234", false);
  const first = await server.welcome("Zoé");
  const part = new Uint8Array(65_536).fill(0x61);
  try {
    for (let i = 0; i < 100; i++) await first.send(part);
  } catch {
    // The client has closed the connection.
  }
  await server.welcome("Zoé");
  await client.sees("nouvel essai");
});

testEach(
  "sends nothing before its login is answered, and waits for no greeting",
  async (program) => {
    await using server = new ScriptedServer();
    await using client = Example.start(program, server.port);
    await client.type("zoe", "1234", "n", "trop tôt");
    const connection = await server.accept();
    const login = await nextRequest(connection, "login");
    assert.equal(connection.hasLines, false);
    await connection.send({ type: "login", status: "ok", username: "Zoé", ref: login["ref"] });
    await answerFirstRequests(connection, "Zoé");
    assert.equal((await nextRequest(connection, "message"))["content"], "trop tôt");
    // The name is the server's.
    await client.sees("<Zoé> trop tôt\n");
  },
);
