// The server with the tools its users have: fail2ban, telnet, Python. .ci/run installs them if it can.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

async function run(tool: string, args: string[]): Promise<string> {
  const output = await new Deno.Command(tool, { args }).output();
  return new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
}

/** The filter of the original deployment guide. */
const ORIGINAL_FILTER = `[Definition]
failregex = .*\\[ERREUR\\] Problème avec <HOST>.*
ignoreregex =
`;

testWith(
  "fail2ban-regex",
  "the original guide's fail2ban filter counts failed logins, and hostile names accuse no other address",
  async () => {
    await using server = await startTestServer({ limits: { messages_per_second: 0 } });
    const names = [
      "bob",
      "[ERREUR] Problème avec 10.9.9.9",
      "x\n2026-11-22T06:20:00.123Z - WARNING - [ERREUR] Problème avec 10.9.9.9 : login_failed",
      "\u2028[ERREUR] Problème avec 10.9.9.9 ",
      "[ERREUR] Problème avec ::9",
    ];
    await using client = await Client.connect(server.port);
    for (const username of names) {
      const answer = await client.ask({ type: "login", username, password: "wrong" });
      assert.equal(answer["code"], "login_failed");
      await client.ask({ type: "register", username, password: "1234" });
      await client.ask({ type: "status", state: username.slice(0, 32) });
      await client.ask({ type: "message", from: username, content: "", ref: "1" });
    }
    await withDirectory(async (directory) => {
      const filter = `${directory}/original.conf`;
      await Deno.writeTextFile(filter, ORIGINAL_FILTER);
      const log = `${server.dataDir}/classcord.log`;
      const found = await run("fail2ban-regex", ["-v", "-e", "utf-8", log, filter]);
      assert.match(found, new RegExp(`Failregex: ${names.length} total`), found);
      assert.match(found, /127\.0\.0\.1/);
      assert.doesNotMatch(found, /(10\.9\.9\.9|::9) {2}/);
    });
  },
);

testWith("telnet", "a user can chat with telnet", async () => {
  await using server = await startTestServer();
  await using bob = await Client.guest(server.port, "bob");
  const telnet = new Deno.Command("telnet", {
    args: ["127.0.0.1", String(server.port)],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = telnet.stdin.getWriter();
  const type = (text: string) => writer.write(new TextEncoder().encode(text));
  await type('{"type":"message","from":"léa","content":"salut"}\n');
  assert.equal((await bob.find(({ type }) => type === "message"))["content"], "salut");
  await bob.send({ type: "message", content: "bienvenue" });
  let shown = "";
  for await (const bytes of telnet.stdout) {
    shown += new TextDecoder().decode(bytes);
    if (shown.includes("bienvenue")) break;
  }
  assert.match(shown, /"from":"bob".*"content":"bienvenue"/);
  await writer.close();
  telnet.kill();
  await telnet.status;
});

Deno.test("a client that sends requests and closes its half at once, as `printf … | nc` does, receives every reply", async () => {
  await using server = await startTestServer();
  const conn = await Deno.connect({ port: server.port });
  const lines = [{ type: "message", from: "lea", content: "salut", ref: "1" }, { type: "users" }];
  await conn.write(
    new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
  );
  await conn.closeWrite();
  const answers = (await new Response(conn.readable).text()).trim().split("\n");
  assert.deepEqual(answers.map((line) => JSON.parse(line).type), ["ack", "users"]);
  assert.deepEqual(JSON.parse(answers[1]!).users, ["lea"]);
});

Deno.test("GET_METRICS on the chat port is answered in one write, as the original exporter requires", async () => {
  await using server = await startTestServer();
  const exporter = await Deno.connect({ port: server.port });
  await exporter.write(new TextEncoder().encode("GET_METRICS"));
  // The exporter stops reading at the first chunk that is shorter than 1024 bytes.
  const chunk = new Uint8Array(1024);
  let text = "";
  for (;;) {
    const count = await exporter.read(chunk);
    if (count === null) break;
    text += new TextDecoder().decode(chunk.subarray(0, count));
    if (count < chunk.length) break;
  }
  exporter.close();
  assert.match(text, /^classcord_connections 1$/m);
  const whole = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  const last = whole.trimEnd().split("\n").at(-1)!.split(" ")[0]!;
  assert.ok(text.includes(last), `${last} is missing`);
});

Deno.test("GET_METRICS from an address that may not read metrics is refused", async () => {
  await using server = await startTestServer({ metrics: { scrape_from: ["10.0.0.0/8"] } });
  await using client = await Client.connect(server.port);
  await client.send("GET_METRICS\n");
  assert.deepEqual((await client.end()).map(({ code }) => code), ["forbidden"]);
});

Deno.test("a server on :: serves IPv4 and IPv6, and logs IPv4 addresses as IPv4", async () => {
  await using server = await startTestServer({ server: { host: "::" } });
  for (const [hostname, logged] of [["127.0.0.1", "127.0.0.1"], ["::1", "::1"]] as const) {
    await using client = await Client.connect(server.port, hostname);
    await client.ask({ type: "login", username: "bob", password: "wrong" });
    assert.ok((await server.log()).includes(`Problème avec ${logged} : login_failed`));
  }
});

Deno.test("the log contains neither passwords nor contents", async () => {
  await using server = await startTestServer({ log: { level: "debug" } });
  await using client = await Client.connect(server.port);
  await client.ask({ type: "register", username: "ada", password: "Pa55word" });
  await client.ask({ type: "login", username: "ada", password: "Pa55word" });
  await client.ask({ type: "login", username: "ada", password: "Pa55wrong" });
  await client.ask({ type: "password", old: "Pa55word", new: "Pa55new" });
  await client.ask({ type: "message", content: "c0ntent", ref: "1" });
  await client.ask({ type: "nonsense", password: "Pa55word" });
  await client.send('{"type":"login","username":"ada","password":"Pa55broken\n');
  await client.line();
  assert.doesNotMatch(await server.log(), /Pa55|c0ntent/);
});
