// Tests of the operator's requests with in-memory peers: their effects, and that they do not exist for others.
import assert from "node:assert/strict";
import type { Operations, ReloadReport } from "../../lib/chat/operations.ts";
import { EventTail } from "../../lib/ops/observers/tail.ts";
import { adminSchemas } from "../../lib/protocol/requests/families.ts";
import { TAIL_EVENTS } from "../../lib/protocol/requests/operator.ts";
import { type FakeChat, FakePeer, type Line, makeChat } from "./fakes.ts";

async function join(chat: FakeChat, name: string, password?: string): Promise<FakePeer> {
  const peer = chat.connect();
  await peer.say(
    password === undefined
      ? { type: "message", from: name, content: "" }
      : { type: "login", username: name, password },
  );
  chat.turn();
  peer.take();
  return peer;
}

async function ask(peer: FakePeer, chat: FakeChat, request: Line): Promise<Line> {
  await peer.say(request);
  chat.turn();
  const [reply, ...more] = peer.take();
  assert.deepEqual(more, []);
  return reply!;
}

const peerInfo = { id: 7, address: "10.0.0.5", port: 5 };

Deno.test("an operator's requests do not exist for guests, members, moderators or admins", async () => {
  const chat = makeChat({ ada: "1234/admin", max: "1234/moderator", bob: "1234" });
  const askers = [
    chat.connect(),
    await join(chat, "guest"),
    ...await Promise.all(["ada", "max", "bob"].map((name) => join(chat, name, "1234"))),
  ];
  for (const asker of askers) asker.take();
  for (const type of Object.keys(adminSchemas)) {
    for (const asker of askers) {
      const error = await ask(asker, chat, { type, name: 1, conn: "x", ref: "r" });
      const unknown = await ask(asker, chat, { type: "nonsense", ref: "r" });
      assert.equal(error["code"], "unknown_type", type);
      const same = (line: Line) => String(line["message"]).replace(/^Unknown type "\w+"/, "");
      assert.equal(same(error), same(unknown), "nothing tells that there is such a request");
    }
  }
});

Deno.test("an operator receives nothing of the chat, is in no list and may not chat", async () => {
  const chat = makeChat();
  const operator = chat.operate();
  const lea = await join(chat, "lea");
  await lea.say({ type: "message", content: "hello" });
  chat.turn();
  assert.deepEqual(operator.take(), []);
  assert.deepEqual((await ask(lea, chat, { type: "users" }))["users"], ["lea"]);
  for (
    const request of [{ type: "message", content: "x" }, {
      type: "login",
      username: "a",
      password: "b",
    }]
  ) {
    assert.equal((await ask(operator, chat, request))["code"], "forbidden");
  }
});

Deno.test("an operator has the name of the Unix user that the client claims", async () => {
  const chat = makeChat();
  await join(chat, "lea");
  const operator = chat.operate("");
  const reply = await ask(operator, chat, { type: "operator", name: "ada", ref: "1" });
  assert.deepEqual(reply, {
    type: "operator",
    status: "ok",
    name: "ada",
    conn: operator.id,
    ref: "1",
  });
  await ask(operator, chat, { type: "kick", user: "lea" });
  const { entries } = await ask(operator, chat, { type: "audit", limit: 1 });
  assert.equal((entries as Line[])[0]!["actor"], "operator:ada");
  for (const name of ["", "a b", "\x1b[2J", "../x", "x".repeat(80), "-a"]) {
    assert.equal((await ask(operator, chat, { type: "operator", name }))["code"], "bad_request");
  }
  const unnamed = chat.operate("");
  await ask(unnamed, chat, { type: "announce", content: "x" });
  const last = await ask(unnamed, chat, { type: "audit", limit: 1 });
  assert.equal((last["entries"] as Line[])[0]!["actor"], "operator");
});

Deno.test("clients lists every connection, or those that match a name, an address or a number", async () => {
  const chat = makeChat({ Bob: "1234/moderator" });
  const operator = chat.operate("ada");
  const idle = chat.connect("2001:db8::7");
  const bob = await join(chat, "bob", "1234");
  await bob.say({ type: "join", channel: "#dev" });
  await bob.say({ type: "status", state: "away" });
  chat.turn();
  const { clients, total } = await ask(operator, chat, { type: "clients" });
  assert.equal(total, 3);
  const rows = clients as Line[];
  assert.deepEqual(rows.map(({ conn, user, role, address }) => [conn, user, role, address]), [
    [operator.id, "operator:ada", "operator", ""],
    [idle.id, undefined, "unjoined", "2001:db8::7"],
    [bob.id, "Bob", "moderator", "10.0.0.5"],
  ]);
  const { channel, channels, state, queued } = rows[2]!;
  assert.deepEqual([channel, channels, state, queued], ["#dev", ["#général", "#dev"], "away", 0]);
  const find = async (filter: string, limit?: number) => {
    const reply = await ask(operator, chat, { type: "clients", filter, limit });
    return [(reply["clients"] as Line[]).map(({ conn }) => conn), reply["total"]];
  };
  assert.deepEqual(await find("BOB"), [[bob.id], 1]);
  assert.deepEqual(await find("2001:db8"), [[idle.id], 1]);
  assert.deepEqual(await find(String(bob.id)), [[bob.id], 1]);
  assert.deepEqual(await find("", 1), [[operator.id], 3]);
  assert.deepEqual(await find("nobody"), [[], 0]);
});

Deno.test("disconnect tells the user the reason and closes that one connection", async () => {
  const chat = makeChat({ bob: "1234" });
  const operator = chat.operate();
  const [first, second] = [await join(chat, "bob", "1234"), await join(chat, "bob", "1234")];
  const idle = chat.connect();
  const request = { type: "disconnect", conn: first.id, reason: "maintenance" };
  assert.deepEqual(await ask(operator, chat, request), {
    type: "disconnect",
    status: "ok",
    conn: first.id,
    user: "bob",
  });
  assert.match(String(first.take()[0]?.["content"]), /maintenance/);
  assert.deepEqual([first.reason, second.closed], ["kicked", false]);
  await ask(operator, chat, { type: "disconnect", conn: idle.id });
  assert.deepEqual([idle.take(), idle.reason], [[], "kicked"]);
  const missing = await ask(operator, chat, { type: "disconnect", conn: 999 });
  assert.match(String(missing["message"]), /expected an open connection, got 999/);
  const { entries } = await ask(operator, chat, { type: "audit", action: "disconnect" });
  assert.deepEqual((entries as Line[]).map(({ target }) => target), [`conn ${idle.id}`, "bob"]);
});

Deno.test("reload and shutdown are passed on and recorded in the audit log", async () => {
  const asked: unknown[] = [];
  const report: ReloadReport = {
    file: "x.toml",
    problems: ["x.toml: wrong"],
    warnings: [],
    changed: [],
    needsRestart: ["server.port"],
  };
  const operations: Operations = {
    stats: () => assert.fail(),
    reload: () => report,
    shutdown: (why, reason) => asked.push([why, reason]),
    tail: new EventTail(() => 0),
  };
  const chat = makeChat({}, { operations });
  const operator = chat.operate("ada");
  assert.deepEqual(await ask(operator, chat, { type: "reload" }), {
    type: "reload",
    status: "refused",
    file: "x.toml",
    problems: ["x.toml: wrong"],
    warnings: [],
    changed: [],
    needs_restart: ["server.port"],
  });
  await ask(operator, chat, { type: "shutdown", reason: "update\nnow" });
  assert.deepEqual(asked, [["operator:ada", "update now"]]);
  const { entries } = await ask(operator, chat, { type: "audit" });
  assert.deepEqual((entries as Line[]).map(({ action }) => action), ["shutdown", "reload"]);
});

Deno.test("an operator creates, restricts and deletes channels; users no longer admitted are removed", async () => {
  const chat = makeChat({ bob: "1234" });
  const operator = chat.operate();
  const bob = await join(chat, "bob", "1234");
  const made = await ask(operator, chat, {
    type: "channel_create",
    channel: "#dev",
    topic: "Code",
  });
  assert.deepEqual([made["status"], made["topic"], made["roles"]], ["ok", "Code", []]);
  assert.equal(
    (await ask(operator, chat, { type: "channel_create", channel: "#DEV" }))["code"],
    "bad_request",
  );
  await ask(bob, chat, { type: "join", channel: "#dev" });
  await ask(operator, chat, { type: "channel_update", channel: "#dev", roles: ["moderator"] });
  assert.equal(bob.take().at(-1)?.["code"], "expelled");
  assert.equal((await ask(bob, chat, { type: "join", channel: "#dev" }))["code"], "forbidden");
  await ask(operator, chat, {
    type: "channel_update",
    channel: "#dev",
    accounts: ["BOB"],
    read_only: true,
  });
  assert.equal((await ask(bob, chat, { type: "join", channel: "#dev" }))["topic"], "Code");
  assert.equal(
    (await ask(bob, chat, { type: "message", channel: "#dev", content: "x", ref: "1" }))["code"],
    "forbidden",
  );
  // The channel stays when its last member leaves. Otherwise a user could create it again and own it.
  await ask(operator, chat, {
    type: "channel_update",
    channel: "#dev",
    read_only: false,
    accounts: [],
    roles: [],
  });
  await ask(bob, chat, { type: "leave", channel: "#dev" });
  const again = await ask(bob, chat, { type: "join", channel: "#dev" });
  assert.deepEqual([again["status"], again["topic"]], ["ok", "Code"]);
  await ask(operator, chat, { type: "channel_delete", channel: "#dev" });
  assert.equal(bob.take().at(-1)?.["code"], "channel_deleted");
  assert.equal(chat.services.channels.find("#dev"), undefined);
  for (
    const request of [
      { type: "channel_delete", channel: "#général" },
      { type: "channel_update", channel: "#général", roles: ["admin"] },
      { type: "channel_delete", channel: "#dev" },
    ]
  ) {
    assert.equal((await ask(operator, chat, request))["type"], "error");
  }
});

Deno.test("tail sends the chosen events until the peer closes, after the latest past ones on request", () => {
  const tail = new EventTail(() => 0);
  tail.observer.joined(peerInfo, "early", "guest");
  const [all, some] = [new FakePeer(1), new FakePeer(2)];
  tail.follow(all, { events: TAIL_EVENTS, recent: 10 });
  tail.follow(some, { events: ["left"], recent: 0 });
  const at = "1970-01-01T00:00:00.000Z";
  const joined = { type: "event", event: "joined", at, conn: 7, address: "10.0.0.5", port: 5 };
  assert.deepEqual(all.take(), [{ ...joined, user: "early", kind: "guest" }]);
  tail.observer.joined(peerInfo, "lea", "member");
  tail.observer.left(peerInfo, "lea");
  assert.deepEqual(all.take().map(({ event }) => event), ["joined", "left"]);
  assert.deepEqual(some.take().map(({ event }) => event), ["left"]);
  some.close("client");
  tail.observer.left(peerInfo, "lea");
  assert.equal(all.take().length, 1);
});

Deno.test("every event that can be followed is sent, without contents or passwords", () => {
  const tail = new EventTail(() => 0);
  const peer = new FakePeer(1);
  tail.follow(peer, { events: TAIL_EVENTS, recent: 0 });
  const { observer } = tail;
  observer.connected(peerInfo);
  observer.disconnected(peerInfo, "client");
  observer.refusedConnection(peerInfo, "connections");
  observer.joined(peerInfo, "lea", "guest");
  observer.left(peerInfo, "lea");
  observer.registered(peerInfo, "lea");
  observer.login(peerInfo, "lea", "failed");
  observer.guessed("lea", "10.0.0.5", 50);
  observer.stateChanged(peerInfo, "lea", "away");
  observer.offence(peerInfo, "flooding");
  observer.refusedRequest(peerInfo, "forbidden");
  observer.delivered({ global: 1, private: 0, deliveries: 3, commitSeconds: 0, latencies: [] });
  observer.moderated(peerInfo, {
    action: "kick",
    actor: "ada",
    actorAccount: 1,
    target: "lea",
    channel: null,
    reason: "",
    until: null,
  });
  observer.mailDelivered(peerInfo, 2);
  observer.handlerFailed(peerInfo, "message", new Error('near "secret"'));
  observer.storeFailed(new Error("secret"), 1);
  const lines = peer.take();
  assert.deepEqual(new Set(lines.map(({ event }) => event)), new Set(TAIL_EVENTS));
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
});

Deno.test("a tail that reads too slowly is closed, and the others go on", () => {
  class SlowPeer extends FakePeer {
    override readonly queuedBytes = 2 ** 21;
  }
  const tail = new EventTail(() => 0);
  const [slow, quick] = [new SlowPeer(1), new FakePeer(2)];
  for (const peer of [slow, quick]) tail.follow(peer, { events: ["left"], recent: 0 });
  tail.observer.left(peerInfo, "lea");
  tail.observer.left(peerInfo, "lea");
  assert.equal(slow.reason, "slow_consumer");
  assert.equal(quick.take().length, 2);
});
