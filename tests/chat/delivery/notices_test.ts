// Tests of how notices reach users: old clients by a message from ClassCord, the others by a `system` line, each
// once.
import assert from "node:assert/strict";
import { SYSTEM_CODES } from "../../../lib/protocol/reply.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { ask, guest, member, outcome } from "../people.ts";

interface Stage {
  readonly chat: FakeChat;
  readonly max: FakePeer;
  readonly root: FakePeer;
  /** Acts on a user, and requires that it succeeds. */
  act(request: Line, by?: FakePeer): Promise<void>;
}

interface Act {
  readonly code: string;
  /** The text that both clients show. */
  readonly text: string;
  run(stage: Stage, name: string): Promise<void>;
}

const ACTS: readonly Act[] = [
  {
    code: "announcement",
    text: "Fin du cours",
    run: ({ act }) => act({ type: "announce", content: "Fin du cours" }),
  },
  {
    code: "topic",
    text: "Sujet de #dev : TP 3 (changé par max)",
    run: ({ act }) => act({ type: "topic", channel: "#dev", topic: "TP 3" }),
  },
  {
    code: "channel_closed",
    text:
      "Salon fermé : #dev, par max. (Pour écrire ailleurs : /rejoindre #général) Motif : examen",
    run: ({ act }) => act({ type: "close_channel", channel: "#dev", reason: "examen" }),
  },
  {
    code: "channel_opened",
    text: "Salon rouvert : #dev, par max.",
    run: ({ act }) => act({ type: "open_channel", channel: "#dev" }),
  },
  {
    code: "muted",
    text: "Vous avez été rendu muet pour 1 min par max. Motif : bruit",
    run: ({ act }, user) => act({ type: "mute", user, seconds: 60, reason: "bruit" }),
  },
  {
    code: "unmuted",
    text: "La parole vous a été rendue par max.",
    async run({ chat, act }, user) {
      await act({ type: "mute", user });
      chat.services.roster.sessions.forEach(({ peer }) => (peer as FakePeer).take());
      await act({ type: "unmute", user });
    },
  },
  {
    code: "deleted",
    text: "Un message a été supprimé dans #dev.",
    async run({ chat, max, act }) {
      const { id } = await ask(chat, max, { type: "message", channel: "#dev", content: "oups" });
      chat.services.roster.sessions.forEach(({ peer }) => (peer as FakePeer).take());
      await act({ type: "delete", id });
    },
  },
  {
    code: "expelled",
    text:
      "Vous avez été exclu de #dev par max. Vous êtes maintenant dans #général. Motif : hors sujet",
    run: ({ act }, user) => act({ type: "kick", user, channel: "#dev", reason: "hors sujet" }),
  },
  {
    code: "expelled",
    text: "Vous n'avez plus accès à #dev. Vous êtes maintenant dans #général.",
    run: ({ act, root }) =>
      act({ type: "channel_update", channel: "#dev", accounts: ["max"] }, root),
  },
  {
    code: "channel_deleted",
    text: "Salon supprimé : #dev. Vous êtes maintenant dans #général.",
    run: ({ act, root }) => act({ type: "channel_delete", channel: "#dev" }, root),
  },
  {
    code: "kicked",
    text: "Vous avez été déconnecté par max.",
    run: ({ act }, user) => act({ type: "kick", user }),
  },
  {
    code: "banned",
    text: "Vous avez été banni pour 1 h par max.",
    run: ({ act }, user) => act({ type: "ban", user, seconds: 3600 }),
  },
  {
    code: "shutting_down",
    text: "Le serveur s'arrête. Motif : mise à jour",
    run({ chat }) {
      chat.stop("mise à jour");
      return Promise.resolve();
    },
  },
];

/** Sets up a user whose current channel is #dev. */
async function stage(modern: boolean): Promise<Stage & { gus: FakePeer }> {
  const chat = makeChat({ max: "1234/moderator" }, { language: "fr" });
  const [max, root] = [await member(chat, "max"), chat.operate()];
  const act = async (request: Line, by = max) => {
    assert.equal(outcome(await ask(chat, by, request)), "ok", JSON.stringify(request));
  };
  await act({ type: "join", channel: "#dev" });
  const gus = await guest(chat, "gus");
  if (modern) await act({ type: "join", channel: "#dev" }, gus);
  else await gus.say({ type: "message", content: "/join #dev" });
  chat.turn();
  gus.take();
  return { chat, max, root, act, gus };
}

for (const { code, text, run } of ACTS) {
  Deno.test(`the notice ${code} reaches each client once, in the form that it shows: ${text}`, async () => {
    const old = await stage(false);
    await run(old, "gus");
    old.chat.turn();
    assert.deepEqual(
      old.gus.take().map(({ type, from, to, content }) => [type, from, to, content]),
      [
        ["message", "ClassCord", "gus", text],
      ],
    );
    const newer = await stage(true);
    await run(newer, "gus");
    newer.chat.turn();
    const lines = newer.gus.take().map(({ type, code, content }) => [type, code, content]);
    assert.deepEqual(lines, [["system", code, text]]);
  });
}

Deno.test("only a connection that sent hello is told until when it is muted", async () => {
  const { chat, act, gus } = await stage(true);
  const mute = { type: "mute", user: "gus", seconds: 60 };
  const members = ["type", "from", "content", "timestamp", "code"];
  await act(mute);
  chat.turn();
  assert.deepEqual(gus.take().map(Object.keys), [members]);
  assert.equal((await ask(chat, gus, { type: "hello" }))["type"], "hello");
  await act(mute);
  chat.turn();
  const [notice, ...more] = gus.take();
  assert.deepEqual([more, Object.keys(notice!)], [[], [...members, "until"]]);
  assert.match(String(notice!["until"]), /^\d{4}-\d\d-\d\dT/);
});

Deno.test("the tests above cover every notice except the one about guessed passwords", () => {
  const tested = new Set(ACTS.map(({ code }) => code));
  const missing = SYSTEM_CODES.filter((code) => !tested.has(code) && code !== "guessing");
  // Other tests cover the notices about a new name, pages that are signed out, and the policy.
  const elsewhere = ["renamed", "session_ended", "replaced", "policy"];
  assert.deepEqual(missing.filter((code) => !elsewhere.includes(code)), []);
});

Deno.test("only users who wrote in the channel they lose are told their new channel", async () => {
  const { chat, gus, act } = await stage(false);
  await gus.say({ type: "message", content: "/join #général" });
  await gus.say({ type: "message", channel: "#dev", content: "x" });
  chat.turn();
  gus.take();
  await act({ type: "kick", user: "gus", channel: "#dev" });
  assert.deepEqual(gus.take().map(({ content }) => content), [
    "Vous avez été exclu de #dev par max.",
  ]);
  await act({ type: "kick", user: "gus", channel: "#général" });
  assert.deepEqual(gus.take().map(({ content }) => content), [
    "Vous avez été exclu de #général par max.",
  ]);
});

Deno.test("the notice of the shutdown reaches only connections that have joined", async () => {
  const { chat, gus } = await stage(false);
  const idle = chat.connect();
  chat.stop();
  assert.deepEqual(gus.take().map(({ content }) => content), ["Le serveur s'arrête."]);
  assert.deepEqual(idle.take(), []);
  assert.deepEqual([gus.reason, idle.reason], ["shutdown", "shutdown"]);
});

Deno.test("client E receives the notice of the shutdown between two kept messages, and the rest stays kept", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  for (const content of ["n1", "n2"]) await gus.say({ type: "private", to: "bob", content });
  chat.turn();
  const bob = await member(chat, "bob");
  await bob.say({ type: "status", user: "bob", state: "online" });
  await bob.say({ type: "users" });
  await bob.say({ type: "users" });
  bob.take();
  chat.stop();
  assert.deepEqual(bob.take().map(({ content }) => content), ["The server is shutting down."]);
  assert.equal(chat.services.mail.arrived(chat.services.roster.find("bob")!).get("gus"), 2);
});
