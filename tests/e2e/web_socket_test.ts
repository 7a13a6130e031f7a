// Tests of WebSockets: the frames of RFC 6455, and how connections end.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { frame, Socket, socketHead, Wire } from "../support/browser.ts";
import { setRole } from "../support/roles.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const PING = JSON.stringify({ type: "ping" });
const CODES = { protocol: 1002, unsupported: 1003, notText: 1007, tooLong: 1009 };

Deno.test("messages may have fragments with control frames between them, and reads may end anywhere", async () => {
  await using server = await startTestServer();
  using socket = await Socket.connect(server.port);
  const text = new TextEncoder().encode(JSON.stringify({ type: "ping", ref: "é€😀" }));
  const frames = Uint8Array.of(
    ...frame(1, text.subarray(0, 24), { final: false }),
    ...frame(9, "one"),
    ...frame(0, text.subarray(24, 25), { final: false }),
    ...frame(10, "unasked"),
    ...frame(0, "", { final: false }),
    ...frame(0, text.subarray(25)),
  );
  for (const byte of frames) await socket.wire.write(Uint8Array.of(byte));
  const pong = await socket.frame();
  assert.deepEqual([pong.opcode, new TextDecoder().decode(pong.payload)], [10, "one"]);
  assert.deepEqual(await socket.line(), { type: "pong", ref: "é€😀" });
  await socket.wire.write(frames);
  assert.equal((await socket.frame()).opcode, 10);
  assert.deepEqual(await socket.line(), { type: "pong", ref: "é€😀" });
});

Deno.test("a message with line ends is one request, and many messages may arrive at once", async () => {
  await using server = await startTestServer();
  using socket = await Socket.connect(server.port);
  const pretty = JSON.stringify({ type: "ping", ref: "a" }, null, 2).replaceAll("\n", "\r\n");
  const lengths = [0, 1, 56, 57, 100, 500];
  const pings = lengths.map((length) => frame(1, `${PING}${" ".repeat(length)}`));
  await socket.wire.write(
    Uint8Array.of(...frame(1, pretty), ...pings.flatMap((each) => [...each])),
  );
  assert.deepEqual(await socket.line(), { type: "pong", ref: "a" });
  for (const _ of lengths) assert.deepEqual(await socket.line(), { type: "pong" });
});

Deno.test("frames that the RFC forbids end the connection with the code of the RFC", async () => {
  await using server = await startTestServer();
  const cases: [what: string, bytes: Uint8Array, code: number][] = [
    ["unmasked", Uint8Array.of(0x81, 2, 123, 125), CODES.protocol],
    ["a reserved bit", Uint8Array.of(0xc1, 0x80), CODES.protocol],
    ["an unknown kind", frame(3), CODES.protocol],
    ["an unknown control frame", frame(11), CODES.protocol],
    ["a continuation of nothing", frame(0, "a"), CODES.protocol],
    ["a fragmented ping", frame(9, "", { final: false }), CODES.protocol],
    ["a long ping", frame(9, "x".repeat(126)), CODES.protocol],
    ["a length in too many bytes", Uint8Array.of(0x81, 0xfe, 0, 125), CODES.protocol],
    ["a length beyond 63 bits", Uint8Array.of(0x81, 0xff, 0x80), CODES.protocol],
    ["binary", frame(2, "x"), CODES.unsupported],
    ["no UTF-8", frame(1, Uint8Array.of(0xc3, 0x28)), CODES.notText],
    ["half a character", frame(1, Uint8Array.of(0xe2, 0x82)), CODES.notText],
    ["a close of one byte", frame(8, "x"), CODES.protocol],
    ["a close code that is none", frame(8, Uint8Array.of(1005 >> 8, 1005 & 255)), CODES.protocol],
    ["a close reason that is no text", frame(8, Uint8Array.of(3, 232, 0xff)), CODES.notText],
    [
      "a second beginning",
      Uint8Array.of(...frame(1, "", { final: false }), ...frame(1)),
      CODES.protocol,
    ],
  ];
  for (const [what, bytes, code] of cases) {
    using socket = await Socket.connect(server.port);
    // The server still answers the message before the bad frame, and ignores the message after it.
    await socket.wire.write(Uint8Array.of(...frame(1, PING), ...bytes, ...frame(1, PING)));
    assert.deepEqual(await socket.line(), { type: "pong" }, what);
    assert.equal(await socket.closeCode(), code, what);
    assert.equal(await socket.wire.end(), "", what);
  }
});

Deno.test("the server answers the client's close with the same code, after the replies to its requests", async () => {
  await using server = await startTestServer();
  using socket = await Socket.connect(server.port);
  const close = frame(8, Uint8Array.of(4001 >> 8, 4001 & 255, 98, 121, 101));
  const register = { type: "register", username: "ada", password: "lovelace" };
  await socket.wire.write(Uint8Array.of(...frame(1, JSON.stringify(register)), ...close));
  assert.deepEqual(await socket.line(), { type: "register", status: "ok" });
  assert.equal(await socket.closeCode(), 4001);
  assert.equal(await socket.wire.end(), "");
});

Deno.test("a message of the maximum length is served; one byte more causes an error and code 1009", async () => {
  await using server = await startTestServer({ limits: { bytes_burst: 1_000_000 } });
  using socket = await Socket.connect(server.port);
  const longest = PING.padEnd(65_536);
  await socket.wire.write(frame(1, longest));
  assert.deepEqual(await socket.line(), { type: "pong" });
  const halves = [frame(1, longest, { final: false }), frame(0, longest)];
  for (
    const parts of [[frame(1, `${longest} `)], halves, [
      Uint8Array.of(0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0),
    ]]
  ) {
    using socket = await Socket.connect(server.port);
    for (const part of parts) await socket.wire.write(part).catch(() => {});
    assert.equal((await socket.line())["code"], "line_too_long");
    assert.equal(await socket.closeCode(), CODES.tooLong);
  }
  assert.match(await server.log(), /Problème avec 127\.0\.0\.1 : line_too_long/);
});

Deno.test("the server answers each of a few pings, and the last of very many", async () => {
  await using server = await startTestServer();
  using socket = await Socket.connect(server.port);
  await socket.wire.write(
    Uint8Array.of(...frame(9, "a"), ...frame(9), ...frame(9, "x".repeat(125))),
  );
  for (const length of [1, 0, 125]) assert.equal((await socket.frame()).payload.length, length);
  const many = Array.from({ length: 1_000 }, (_, i) => [...frame(9, `${i}`)]).flat();
  await socket.wire.write(Uint8Array.from(many));
  for (;;) {
    const { opcode, payload } = await socket.frame();
    assert.equal(opcode, 10);
    if (new TextDecoder().decode(payload) === "999") break;
  }
});

async function staff(server: TestServer): Promise<Client> {
  const client = await Client.connect(server.port);
  await client.ask({ type: "register", username: "prof", password: "lovelace" });
  setRole(server.dataDir, "prof", "moderator");
  await client.ask({ type: "login", username: "prof", password: "lovelace" });
  return client;
}

Deno.test("WebSockets end with 1008 after a kick or a ban, and with 1001 when the server stops", async () => {
  const server = await startTestServer();
  await using moderator = await staff(server);
  using kicked = await Socket.guest(server.port, "léa");
  await moderator.ask({ type: "kick", user: "léa" });
  for (;;) {
    const { opcode, payload } = await kicked.frame();
    if (opcode === 1) continue;
    assert.deepEqual([opcode, [...payload]], [8, [1008 >> 8, 1008 & 255]]);
    break;
  }
  using stays = await Socket.guest(server.port, "tom");
  const stopped = server[Symbol.asyncDispose]();
  assert.equal((await stays.find(({ type }) => type === "system"))["code"], "shutting_down");
  assert.equal(await stays.closeCode(), 1001);
  stays[Symbol.dispose]();
  await stopped;
});

Deno.test("a banned address gets status 403, and its WebSocket gets an error and code 1008", async () => {
  await using server = await startTestServer({ web: { proxies: ["127.0.0.1"] } });
  await using operator = await Client.operator(server.running.adminSocket!);
  await operator.ask({ type: "ban", address: "203.0.113.9" });
  const from = { "X-Forwarded-For": "203.0.113.9" };
  using page = await Wire.connect(
    server.port,
    "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n",
  );
  const { status, body } = await page.reply();
  assert.equal(status, 403);
  assert.match(new TextDecoder().decode(body), /banned/i);
  using socket = await Socket.connect(server.port, from);
  assert.equal((await socket.line())["code"], "banned");
  assert.equal(await socket.closeCode(), 1008);
  using other = await Socket.connect(server.port, { "X-Forwarded-For": "203.0.113.8" });
  assert.deepEqual(await other.ask({ type: "ping" }), { type: "pong" });
});

Deno.test("above the limit of its address, a browser gets the page, but its WebSocket ends with 1013", async () => {
  await using server = await startTestServer({ limits: { connections_per_address: 1 } });
  using first = await Socket.connect(server.port);
  assert.deepEqual(await first.ask({ type: "ping" }), { type: "pong" });
  using page = await Wire.connect(server.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal((await page.reply()).status, 200);
  using second = await Socket.connect(server.port);
  assert.equal((await second.line())["code"], "too_many_connections");
  assert.equal(await second.closeCode(), 1013);
  await using telnet = await Client.connect(server.port);
  assert.equal((await telnet.line())["code"], "too_many_connections");
});

Deno.test("a page that does not read is closed as a slow consumer and does not delay the others", async () => {
  await using server = await startTestServer({
    limits: { outbox_bytes: 65_536, messages_per_second: 0, bytes_per_second: 0 },
  });
  using slow = await Socket.guest(server.port, "slow");
  await using writer = await Client.guest(server.port, "tom");
  await using reader = await Client.guest(server.port, "léa");
  const content = "x".repeat(8_000);
  let last = "";
  while (!/reason=slow_consumer/.test(await server.log())) {
    for (let i = 0; i < 50; i++) {
      last = crypto.randomUUID();
      await writer.send({ type: "message", content, mark: last });
    }
    await reader.find((line) => line["mark"] === last);
  }
  assert.ok(slow);
});

Deno.test("a request that is not a valid WebSocket handshake gets an HTTP error", async () => {
  await using server = await startTestServer();
  const status = async (headers: Record<string, string>) => {
    using wire = await Wire.connect(server.port, socketHead(headers));
    return (await wire.reply()).status;
  };
  assert.equal(await status({ Upgrade: "" }), 426);
  assert.equal(await status({ Connection: "keep-alive" }), 426);
  assert.equal(await status({ "Sec-WebSocket-Version": "8" }), 426);
  assert.equal(await status({ "Sec-WebSocket-Key": "short" }), 400);
  assert.equal(await status({ "Sec-WebSocket-Key": "" }), 400);
  assert.equal(await status({ "Content-Length": "3" }), 413);
  using asks = await Wire.connect(
    server.port,
    socketHead({ "Sec-WebSocket-Protocol": "other, classcord" }),
  );
  assert.equal((await asks.reply()).headers.get("sec-websocket-protocol"), "classcord");
});
