// Tests of web/link/runner.ts: the model with a link, timers and a storage.
import assert from "node:assert/strict";
import { createRunner } from "../../../web/link/runner.ts";
import type { SocketEvents } from "../../../web/link/socket.ts";
import { NOTHING_KEPT } from "../model/fakes.ts";
import { FakeClock } from "./fake_clock.ts";

Deno.test("after a reload, a guest has the same name and the unsent text", () => {
  const clock = new FakeClock();
  const stored = new Map<string, unknown>();
  const storage = {
    read: (where: string, key: string) => stored.get(`${where}.${key}`),
    write: (where: string, key: string, value: unknown) =>
      void stored.set(`${where}.${key}`, value),
  };
  let socket: SocketEvents | undefined;
  const sent: Record<string, unknown>[] = [];
  const urgent: boolean[] = [];
  const runner = createRunner({
    clock,
    storage,
    open(events) {
      socket = events;
      return { send: (text) => sent.push(JSON.parse(text)), close() {} };
    },
    onChange: (_, isUrgent) => urgent.push(isUrgent),
    onCommand() {},
  });
  const hear = (line: Record<string, unknown>) => socket!.onMessage(JSON.stringify(line));
  const answer = (line: Record<string, unknown>) => hear({ ...line, ref: sent.at(-1)!.ref });

  runner.send({ type: "start", kept: NOTHING_KEPT, route: { at: "home" } });
  assert.equal(runner.app.phase, "out");
  socket!.onOpen();
  assert.equal(sent[0]!.type, "hello");
  answer({
    type: "hello",
    version: "1",
    guests: true,
    limits: {},
    session_days: 30,
    passwords: "ok",
  });
  assert.deepEqual(urgent.slice(-1), [false], "lines are drawn with the next frame");

  runner.send({ type: "enter_guest", name: " Léa " });
  assert.deepEqual(sent.at(-1), {
    type: "message",
    subtype: "global",
    from: "Léa",
    content: "",
    ref: sent.at(-1)!.ref,
  });
  assert.equal(runner.app.door.busy, true);
  answer({
    type: "ack",
    timestamp: "2026-11-27T12:00:00.000Z",
    name: "Léa~2",
    token: "guest-token",
  });
  assert.equal(runner.app.phase, "in");
  assert.equal(runner.app.me!.name, "Léa~2");
  assert.equal((stored.get("tab.session") as { token: string }).token, "guest-token");
  assert.equal(stored.get("device.session"), undefined);

  const overview = sent.find(({ type }) => type === "overview")!;
  hear({
    type: "overview",
    channels: [{ name: "#général", topic: "", last: 0, seen: 0, unread: 0 }],
    conversations: [],
    ref: overview.ref,
  });
  assert.deepEqual(runner.app.route, {
    at: "room",
    room: "#général",
    name: "#général",
    id: undefined,
  });
  runner.send({ type: "draft", room: "#général", text: "Bonj" });
  runner.send({ type: "say", room: "#général", text: "Salut", cid: "c1" });
  runner.send({ type: "draft", room: "#général", text: "Et" });
  assert.deepEqual(stored.get("tab.drafts"), { "#général": "Et" });
  assert.equal((stored.get("tab.outbox") as unknown[]).length, 1);
  clock.pass(60_000);
  assert.equal(runner.app.link.state === "open", false, "the server was silent");
  assert.deepEqual(runner.app.outbox.map(({ state }) => state), ["checking"]);
});

Deno.test("a session that the server rejects is removed, but not a newer one that another tab stored on the device", () => {
  const expired = { type: "error", code: "session_expired", message: "-" };
  for (const newer of [undefined, { token: "newer", name: "Ada", stay: true }]) {
    const session = { token: "old", name: "Ada", stay: true };
    let stored: unknown = session;
    const sent: Record<string, unknown>[] = [];
    let socket: SocketEvents | undefined;
    const runner = createRunner({
      clock: new FakeClock(),
      storage: {
        read: (_, key) => key === "session" ? stored : undefined,
        write: (where, key, value) => {
          if (where === "device" && key === "session") stored = value;
        },
      },
      open: (events) => {
        socket = events;
        return { send: (text) => sent.push(JSON.parse(text)), close() {} };
      },
      onChange() {},
      onCommand() {},
    });
    const answer = (line: Record<string, unknown>) =>
      socket!.onMessage(JSON.stringify({ ...line, ref: sent.at(-1)!.ref }));
    runner.send({ type: "start", kept: { ...NOTHING_KEPT, session }, route: { at: "home" } });
    socket!.onOpen();
    answer({ type: "hello", limits: {} });
    if (newer !== undefined) stored = newer;
    answer(expired);
    assert.deepEqual([runner.app.phase, stored], ["out", newer]);
  }
});
