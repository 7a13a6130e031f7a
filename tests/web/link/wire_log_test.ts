// Tests of web/link/wire_log.ts: the ring of lines for the inspector.
import assert from "node:assert/strict";
import { createWireLog, WIRE_MAX } from "../../../web/link/wire_log.ts";
import { createLink } from "../../../web/link/socket.ts";
import { FakeClock } from "./fake_clock.ts";

Deno.test("the log keeps the last lines with time, direction and bytes, and no secret", () => {
  let now = 1000;
  const log = createWireLog(() => now++);
  for (let i = 0; i < WIRE_MAX + 7; i++) log.add("in", `{"n":${i}}`);
  log.add("out", '{"type":"login","password":"hunter2"}');
  log.add("in", '{"content":"é"}');
  const lines = log.read();
  assert.equal(lines.length, WIRE_MAX);
  assert.equal(lines[0]!.text, '{"n":9}');
  assert.deepEqual(lines.at(-1), {
    key: WIRE_MAX + 9,
    direction: "in",
    at: 1000 + WIRE_MAX + 8,
    bytes: 16,
    text: '{"content":"é"}',
  });
  assert.equal(lines.at(-2)!.bytes, 37);
  assert.ok(!JSON.stringify(lines).includes("hunter2"));
});

Deno.test("a long received line is cut, a sent one is kept whole, and the bytes are those of the whole line", () => {
  const log = createWireLog(() => 0);
  const long = JSON.stringify({ content: "a".repeat(20_000) });
  log.add("in", long);
  log.add("out", long);
  const [received, sent] = log.read();
  assert.equal(received!.bytes, long.length);
  assert.ok(received!.text.length < 9000 && received!.text.endsWith("…"));
  assert.equal(sent!.text, long);
});

Deno.test("one listener hears each change until it stops, and clearing is a change", () => {
  const log = createWireLog(() => 0);
  let heard = 0;
  const stop = log.listen(() => heard++);
  log.add("in", "{}");
  log.clear();
  assert.deepEqual(log.read(), []);
  stop();
  log.add("in", "{}");
  assert.equal(heard, 2);
});

Deno.test("the link reports each line that travels in both directions, also one that is not JSON", () => {
  const clock = new FakeClock();
  const wire: string[] = [];
  let server: { onOpen(): void; onMessage(data: unknown): void } | undefined;
  const link = createLink({
    open: (events) => {
      server = events;
      return { send: () => {}, close: () => {} };
    },
    clock,
    onLink: () => {},
    onLine: () => {},
    onWire: (direction, text) => wire.push(`${direction} ${text}`),
  });
  link.sendText("before it opens");
  link.connect();
  server!.onOpen();
  link.send({ type: "users" });
  link.sendText("/help");
  server!.onMessage('{"type":"error"}');
  server!.onMessage("no json");
  server!.onMessage(new Uint8Array(3));
  assert.deepEqual(wire, [
    'out {"type":"users"}',
    "out /help",
    'in {"type":"error"}',
    "in no json",
  ]);
  link.disconnect("kicked");
});
