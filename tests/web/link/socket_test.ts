// Tests of web/link/socket.ts and backoff.ts: when the link connects, and when it closes a dead connection.
import assert from "node:assert/strict";
import { backoff } from "../../../web/link/backoff.ts";
import { createLink, type SocketEvents } from "../../../web/link/socket.ts";
import type { Link } from "../../../web/model/state.ts";
import { FakeClock } from "./fake_clock.ts";

interface Fake extends SocketEvents {
  readonly sent: string[];
  closed: boolean;
}

function setUp() {
  const clock = new FakeClock();
  const sockets: Fake[] = [];
  const links: Link[] = [];
  const lines: unknown[] = [];
  const link = createLink({
    clock,
    open(events) {
      const fake: Fake = { ...events, sent: [], closed: false };
      sockets.push(fake);
      return { send: (text) => fake.sent.push(text), close: () => fake.closed = true };
    },
    onLink: (each) => links.push(each),
    onLine: (line) => lines.push(line),
  });
  const state = () => links.at(-1)?.state;
  return { clock, sockets, links, lines, link, state };
}

function opened() {
  const all = setUp();
  all.link.connect();
  all.sockets[0]!.onOpen();
  return all;
}

Deno.test("the waits grow from half a second to 15 seconds, and vary by 30 %", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map((n) => backoff(n, 0.5)), [
    500,
    1000,
    2000,
    4000,
    8000,
    15_000,
    15_000,
  ]);
  assert.deepEqual([backoff(0, 0), backoff(5, 1)], [350, 19_500]);
});

Deno.test("the waits grow after each failure, and start again after a stable connection", () => {
  const { clock, sockets, links, link, state } = setUp();
  link.connect();
  for (const wait of [500, 1000, 2000]) {
    sockets.at(-1)!.onClose(1006, "");
    const last = links.at(-1)!;
    assert.ok(last.state === "waiting" && last.until - clock.now() === wait);
    clock.pass(wait - 1);
    assert.equal(state(), "waiting");
    clock.pass(1);
    assert.equal(state(), "connecting");
  }
  sockets.at(-1)!.onOpen();
  clock.pass(10_000);
  sockets.at(-1)!.onClose(1001, "");
  const last = links.at(-1)!;
  assert.ok(last.state === "waiting" && last.until - clock.now() === 500);
});

Deno.test("a connection that does not open within ten seconds is closed", () => {
  const { clock, sockets, link, state } = setUp();
  link.connect();
  clock.pass(10_000);
  assert.equal(state(), "waiting");
  assert.equal(sockets[0]!.closed, true);
  sockets[0]!.onOpen();
  assert.equal(state(), "waiting", "what it says late is ignored");
});

Deno.test("after 25 seconds of silence the page sends a ping, and eight seconds later it closes the connection", () => {
  const { clock, sockets, state } = opened();
  clock.pass(20_000);
  sockets[0]!.onMessage('{"type":"status","user":"Bob","state":"away"}');
  clock.pass(24_999);
  assert.deepEqual(sockets[0]!.sent, []);
  clock.pass(1);
  assert.deepEqual(sockets[0]!.sent, ['{"type":"ping"}']);
  clock.pass(7999);
  assert.equal(state(), "open");
  sockets[0]!.onMessage('{"type":"pong"}');
  clock.pass(25_000);
  assert.equal(sockets[0]!.sent.length, 2);
  clock.pass(8000);
  assert.equal(state(), "waiting");
  assert.equal(sockets[0]!.closed, true);
});

Deno.test("after waking up, an open connection has three seconds to reply, and a wait ends at once", () => {
  const { clock, sockets, link, state } = opened();
  link.wake();
  clock.pass(3000);
  assert.equal(state(), "waiting");
  link.wake();
  assert.equal(state(), "connecting");
  sockets[1]!.onOpen();
  link.wake();
  sockets[1]!.onMessage('{"type":"pong"}');
  clock.pass(3000);
  assert.equal(state(), "open");
});

Deno.test("banned, kicked and replaced close the link until the user asks to connect, and other codes do not", () => {
  for (const why of ["banned", "kicked", "replaced"] as const) {
    const { clock, sockets, links, link, state } = opened();
    sockets[0]!.onClose(1008, why);
    assert.deepEqual(links.at(-1), { state: "off", why });
    link.wake();
    clock.pass(60_000);
    assert.equal(sockets.length, 1);
    assert.equal(clock.armed, 0);
    link.connect();
    assert.equal(state(), "connecting");
    link.disconnect("kicked");
  }
  const { sockets, state } = opened();
  sockets[0]!.onClose(1008, "");
  assert.equal(state(), "waiting");
});

Deno.test("data that is not a JSON object is dropped, and so is a pong", () => {
  const { sockets, lines } = opened();
  for (const data of ["", "[]", "null", "{", '{"type":"pong"}', '{"type":"x"}', 7]) {
    sockets[0]!.onMessage(data);
  }
  assert.deepEqual(lines, [{ type: "x" }]);
});

Deno.test("an invalid address counts as an attempt to connect", () => {
  const links: Link[] = [];
  const clock = new FakeClock();
  const open = () => {
    throw new Error("no such address");
  };
  const link = createLink({ clock, open, onLink: (each) => links.push(each), onLine() {} });
  link.connect();
  assert.deepEqual(links.map(({ state }) => state), ["connecting", "waiting"]);
});
