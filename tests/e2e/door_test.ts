// Tests of browsers on the ports of the chat: the first bytes select the protocol, and the protocols do not interfere.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { frame, get, head, Socket, socketHead, Wire } from "../support/browser.ts";
import { writeCertificate } from "../support/certificate.ts";
import { withDirectory } from "../support/directory.ts";
import { startTestServer } from "../support/server.ts";

Deno.test("one port serves lines, metrics requests in two parts, HTTP and WebSockets", async () => {
  await using server = await startTestServer();
  const { port } = server;
  await using telnet = await Client.guest(port, "tom");
  using metrics = await Wire.connect(port, "GET_");
  assert.equal((await get(port)).status, 200);
  using page = await Socket.guest(port, "léa");
  assert.deepEqual(await telnet.line(), { type: "status", user: "léa", state: "online" });
  await page.send({ type: "message", content: "bonjour é" });
  assert.equal((await telnet.line())["content"], "bonjour é");
  await telnet.send({ type: "message", content: "salut" });
  assert.equal((await page.line())["content"], "salut");
  await metrics.write("METRICS");
  assert.match(await metrics.end(), /classcord_web_requests_total\{outcome="upgraded"\} 1\n/);
});

Deno.test("a request may arrive byte by byte, after an empty line", async () => {
  await using server = await startTestServer();
  using wire = await Wire.connect(server.port);
  for (const byte of `\r\n${head("/nothing")}`) await wire.write(byte);
  assert.equal((await wire.reply()).status, 404);
  await wire.write(head("/"));
  assert.equal((await wire.reply()).status, 200);
});

Deno.test("the TLS port serves the page and WebSockets", async () => {
  await withDirectory(async (directory) => {
    const { cert, key } = await writeCertificate(directory);
    await using server = await startTestServer({ tls: { cert, key, require_for_login: true } });
    const trusted = await Deno.readTextFile(cert);
    using wire = await Wire.tls(server.running.tls!.port, trusted);
    await wire.write(head("/"));
    assert.equal((await wire.reply()).status, 200);
    using socket = await Socket.over(wire);
    const register = { type: "register", username: "ada", password: "lovelace" };
    assert.deepEqual(await socket.ask(register), { type: "register", status: "ok" });
  });
});

Deno.test("with a PROXY header, HTTP and WebSockets have the client's address", async () => {
  await using server = await startTestServer({
    proxy: { trusted: ["127.0.0.1"] },
    limits: { connections_per_address: 1 },
  });
  const header = "PROXY TCP4 192.0.2.7 192.0.2.1 5000 12345\r\n";
  using wire = await Wire.connect(server.port, header + head("/"));
  assert.equal((await wire.reply()).status, 200);
  using _socket = await Socket.over(await Wire.connect(server.port, header));
  assert.match(await server.log(), /\[CONNEXION\].* 192\.0\.2\.7/);
});

Deno.test("twenty visits of a browser count as no offence and leave only their WebSockets in the log", async () => {
  await using server = await startTestServer();
  const visit = async () => {
    assert.equal((await get(server.port)).status, 200);
    assert.equal((await get(server.port, "/favicon.ico")).status, 404);
    // Browsers try HTTPS first, and open connections that they do not use.
    using secure = await Wire.connect(server.port, Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc));
    assert.deepEqual([...Uint8Array.from(await secure.end(), (c) => c.charCodeAt(0))], [
      ...[0x15, 3, 1, 0, 2, 2, 40],
    ]);
    using _spare = await Wire.connect(server.port);
    using socket = await Socket.connect(server.port, { Origin: "http://a" });
    await socket.wire.write(frame(8));
    assert.equal(await socket.closeCode(), undefined);
  };
  for (let i = 0; i < 20; i++) await visit();
  await using telnet = await Client.connect(server.port);
  await telnet.sync();
  const log = await server.log();
  assert.doesNotMatch(log, /Problème|ERREUR|malformed/);
  // One of each WebSocket and one of the client of lines.
  assert.equal(log.match(/\[CONNEXION\]/g)?.length, 21, log);
});

Deno.test("a page in the chat is logged like a client of lines", async () => {
  await using server = await startTestServer();
  const events = async () =>
    (await server.log()).split("\n").map((line) => /\[(\w+)\] 127.*/.exec(line)?.[1])
      .filter((event) => event !== undefined);
  const page = await Socket.guest(server.port, "léa");
  await page.wire.write(frame(8));
  await page.closeCode();
  page[Symbol.dispose]();
  const expected = ["CONNEXION", "LOGIN", "DECONNEXION", "DECONNEXION"];
  assert.deepEqual(await events(), expected);
  const client = await Client.guest(server.port, "tom");
  await client[Symbol.asyncDispose]();
  await using other = await Client.connect(server.port);
  do await other.sync(); while ((await events()).length < 2 * expected.length + 1);
  assert.deepEqual((await events()).sort(), [...expected, ...expected, "CONNEXION"].sort());
});

Deno.test("a line that only looks like HTTP is still a malformed line", async () => {
  await using server = await startTestServer();
  for (const text of ["GET\n", "HELLO you\n", "GETX\n", "get / HTTP/1.1\n", "PROXYX\n"]) {
    await using client = await Client.connect(server.port);
    await client.send(text);
    assert.equal((await client.line())["code"], "bad_json", text);
  }
});

Deno.test("requests smuggled in other requests are rejected and never reach the chat", async () => {
  await using server = await startTestServer();
  await using telnet = await Client.guest(server.port, "tom");
  const spoken = '{"type":"message","from":"eve","content":"hello"}\n';
  using body = await Wire.connect(
    server.port,
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${spoken.length}\r\n\r\n${spoken}`,
  );
  assert.equal((await body.reply()).status, 413);
  using chunked = await Wire.connect(
    server.port,
    `GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${head("/ws")}`,
  );
  assert.equal((await chunked.reply()).status, 413);
  assert.equal(await chunked.end(), "");
  using pipelined = await Wire.connect(server.port, head("/nothing").repeat(30));
  for (let i = 0; i < 20; i++) assert.equal((await pipelined.reply()).status, 404);
  assert.equal(await pipelined.end(), "");
  using large = await Wire.connect(server.port, `GET /${"a".repeat(9_000)} HTTP/1.1\r\n`);
  assert.equal((await large.reply()).status, 431);
  assert.deepEqual(await telnet.sync(), []);
});

Deno.test("pages of other servers cannot connect, programs can", async () => {
  await using server = await startTestServer({
    web: { origins: ["https://intranet.example.org"] },
  });
  const status = async (headers: Record<string, string>) => {
    using wire = await Wire.connect(server.port, socketHead(headers));
    return (await wire.reply()).status;
  };
  assert.equal(await status({}), 101);
  assert.equal(await status({ Origin: "http://a" }), 101);
  assert.equal(await status({ Origin: "https://Intranet.example.org" }), 101);
  for (const origin of ["http://evil.example", "null", "http://a.evil", "https://a:1", "a"]) {
    assert.equal(await status({ Origin: origin }), 403, origin);
  }
});

Deno.test("if web.hosts has names, the server accepts only these and addresses", async () => {
  await using server = await startTestServer({ web: { hosts: ["prof-pc"] } });
  const status = async (host: string) => (await get(server.port, "/", { Host: host })).status;
  for (const host of ["prof-pc", "PROF-PC:12345", "localhost", "127.0.0.1:80", "[::1]:1"]) {
    assert.equal(await status(host), 200, host);
  }
  for (const host of ["evil.example", "prof-pc.evil"]) assert.equal(await status(host), 403, host);
});

Deno.test("if the page is turned off, browsers get 404, which counts as no offence", async () => {
  await using server = await startTestServer({ web: { enabled: false } });
  for (let i = 0; i < 10; i++) assert.equal((await get(server.port)).status, 404);
  using socket = await Wire.connect(server.port, socketHead());
  assert.equal((await socket.reply()).status, 404);
  assert.doesNotMatch(await server.log(), /Problème/);
});

Deno.test("web.port serves browsers only, and a trusted proxy names the client", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr as Deno.NetAddr;
  free.close();
  await using server = await startTestServer({
    web: { port, proxies: ["127.0.0.0/8"] },
    tls: { clear_login_from: ["203.0.113.9"], require_for_login: true },
    proxy: { trusted: ["192.0.2.1"] },
  });
  const forwarded = { "X-Forwarded-For": "1.2.3.4, 203.0.113.9, 127.0.0.2" };
  using socket = await Socket.over(await Wire.connect(port), forwarded);
  assert.deepEqual(
    await socket.ask({ type: "register", username: "ada", password: "lovelace" }),
    { type: "register", status: "ok" },
  );
  assert.match(await server.log(), /\[CONNEXION\].*203\.0\.113\.9/);
  // This port does not accept lines.
  using line = await Wire.connect(port, '{"type":"users"}\r\n\r\n');
  assert.equal((await line.reply()).status, 400);
});

Deno.test("fields of a proxy have no effect from other addresses", async () => {
  await using server = await startTestServer();
  using _socket = await Socket.connect(server.port, { "X-Forwarded-For": "203.0.113.9" });
  assert.doesNotMatch(await server.log(), /203\.0\.113\.9/);
  using metrics = await Wire.connect(server.port, "GET_METRICS");
  assert.match(await metrics.end(), /classcord_web_requests_total\{outcome="forwarded"\} 1\n/);
});
