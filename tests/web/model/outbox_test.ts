// Tests of web/model/outbox.ts and resend.ts: every message is stored exactly once, in spite of breaks.
import assert from "node:assert/strict";
import fc from "fast-check";
import { findName } from "../../../lib/chat/slash/names.ts";
import { isCommand as serverRuns, unescape } from "../../../lib/chat/slash/parse.ts";
import { ALIASES } from "../../../lib/chat/slash/names.ts";
import { readOutbox } from "../../../web/model/kept.ts";
import { COMMANDS, contentOf, findCommand, isCommand, storedOf } from "../../../web/model/slash.ts";
import { itemsOf } from "../../../web/model/window.ts";
import { Conversation, NOON, NOTHING_KEPT, Page } from "./fakes.ts";

const STEPS = fc.array(
  fc.oneof(
    { arbitrary: fc.constantFrom("serve", "deliver"), weight: 8 },
    { arbitrary: fc.constantFrom("say", "say", "other"), weight: 4 },
    { arbitrary: fc.constantFrom("break", "open", "open", "reload", "settle"), weight: 2 },
  ),
  { maxLength: 120, size: "max" },
);

/** Reloads the page. Only what it has stored remains. */
function reload(talk: Conversation): void {
  talk.break();
  const kept = new Map(
    talk.page.commands.flatMap((each) => each.type === "store" ? [[each.key, each.value]] : []),
  );
  const page = new Page();
  page.commands = [...talk.page.commands];
  const session = { token: "t", name: "Ada", guest: false };
  const stored = JSON.parse(
    JSON.stringify({ outbox: kept.get("outbox") ?? [], owner: kept.get("owner") ?? "" }),
  );
  const route = { at: "room", room: "#dev", name: "#dev", id: undefined } as const;
  page.event({ type: "start", kept: { ...NOTHING_KEPT, session, ...stored }, route });
  talk.page = page;
}

Deno.test("after any breaks and reloads, every message is stored and shown once, and the outbox is empty", () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const talk = new Conversation();
      talk.open();
      talk.settle();
      const said: string[] = [];
      for (const [number, step] of steps.entries()) {
        if (step === "say") {
          said.push(`cid${number}`);
          talk.page.event({
            type: "say",
            room: "#dev",
            text: `own ${number}`,
            cid: `cid${number}`,
          });
          if (!talk.page.app.rooms.has("#dev")) said.pop();
        } else if (step === "other") talk.server.sayOther(`other ${number}`);
        else if (step === "reload") reload(talk);
        else talk[step as "serve" | "deliver" | "break" | "open" | "settle"]();
        const shown = [
          ...itemsOf(talk.page.app.rooms.get("#dev")?.window ?? { blocks: [] } as never),
        ];
        const cids = shown.flatMap(({ cid }) => cid ?? []);
        assert.equal(new Set(cids).size, cids.length, "shown once");
      }
      talk.break();
      talk.open();
      talk.settle();
      assert.deepEqual(talk.page.app.outbox, []);
      const stored = talk.server.stored.flatMap(({ cid }) => cid ?? []);
      assert.deepEqual([...stored].sort(), [...said].sort());
    }),
    { numRuns: 300 },
  );
});

function ready(): Conversation {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  return talk;
}

function say(talk: Conversation, text: string, cid: string): void {
  talk.page.event({ type: "say", room: "#dev", text, cid });
}

function states(talk: Conversation): string[] {
  return talk.page.app.outbox.map(({ state }) => state);
}

Deno.test("a message is shown at once, waits while the page is offline, and keeps its order", () => {
  const talk = ready();
  talk.break();
  for (let i = 0; i < 25; i++) say(talk, `${i}`, `c${i}`);
  assert.deepEqual(new Set(states(talk)), new Set(["waiting"]));
  talk.open();
  talk.settle();
  const own = talk.server.stored.map(({ content }) => content);
  assert.deepEqual(own, Array.from({ length: 25 }, (_, i) => `${i}`));
});

Deno.test("at most ten messages wait for a reply at the same time", () => {
  const talk = ready();
  for (let i = 0; i < 25; i++) say(talk, `${i}`, `c${i}`);
  assert.equal(states(talk).filter((state) => state === "sent").length, 10);
});

Deno.test("a message that exceeds the rate limit waits as long as the server says, and is then sent", () => {
  const talk = ready();
  say(talk, "eins", "c1");
  const { ref } = talk.page.sent.pop()!;
  talk.page.line({ type: "error", code: "rate_limited", message: "-", retry_after: 3, ref });
  assert.deepEqual(states(talk), ["waiting"]);
  assert.equal(talk.page.app.throttledUntil, talk.page.now + 3000);
  say(talk, "zwei", "c2");
  assert.deepEqual(states(talk), ["waiting", "waiting"]);
  assert.equal(talk.page.take("timer").findLast(({ name }) => name === "flush")?.ms, 3000);
  talk.page.now += 3000;
  talk.page.event({ type: "timer", name: "flush" });
  talk.settle();
  assert.deepEqual(talk.server.stored.map(({ content }) => content), ["eins", "zwei"]);
});

Deno.test("a rejected message is shown as failed, with the reason, until it is sent again or discarded", () => {
  const talk = ready();
  say(talk, "nein", "c1");
  const { ref } = talk.page.sent.pop()!;
  talk.page.line({ type: "error", code: "muted", message: "-", retry_after: 60, ref });
  assert.deepEqual(states(talk), ["failed"]);
  assert.equal(talk.page.app.outbox[0]!.failure!.code, "muted");
  assert.equal(talk.page.app.me!.mutedUntil, talk.page.now + 60_000);
  talk.page.event({ type: "discard", cid: "c1", edit: true });
  assert.equal(talk.page.room().draft, "nein");
  assert.equal(talk.page.take("timer").find(({ name }) => name === "unmute")!.ms, 60_000);
  talk.page.event({ type: "timer", name: "unmute" });
  assert.equal(talk.page.app.me!.mutedUntil, talk.page.now + 60_000, "it rang too early");
  say(talk, "nochmal", "c2");
  talk.settle();
  assert.equal(talk.page.app.me!.mutedUntil, undefined);
  assert.deepEqual(talk.page.app.outbox, []);
});

Deno.test("a command that was sent when the link broke is not sent again automatically", () => {
  const talk = ready();
  say(talk, "/topic Neu", "c1");
  talk.break();
  assert.deepEqual(states(talk), ["failed"]);
  assert.equal(talk.page.app.outbox[0]!.failure!.code, "unsure");
  talk.open();
  talk.settle();
  assert.deepEqual(talk.server.stored, []);
  talk.page.event({ type: "retry", cid: "c1" });
  assert.deepEqual(states(talk), ["sent"]);
});

Deno.test("unsent messages of one user are not sent as another user", () => {
  const talk = ready();
  talk.break();
  say(talk, "von Ada", "c1");
  talk.page.event({
    type: "link",
    link: { state: "open", since: NOON, joined: false, caughtUp: false },
  });
  const hello = talk.page.sent.shift()!;
  talk.page.line({ type: "hello", version: "0", limits: {}, session_days: 30, ref: hello.ref });
  const resume = talk.page.sent.shift()!;
  talk.page.line({ type: "error", code: "session_expired", message: "-", ref: resume.ref });
  assert.equal(talk.page.app.phase, "out");
  talk.page.event({ type: "sign_in", name: "Eve", password: "1234", stay: false });
  const login = talk.page.sent.shift()!;
  talk.page.line({ type: "login", status: "ok", username: "Eve", token: "e", ref: login.ref });
  assert.equal(talk.page.app.me!.name, "Eve");
  assert.deepEqual(talk.page.app.outbox, []);
});

Deno.test("any stored value is read as an outbox without an error", () => {
  fc.assert(fc.property(fc.jsonValue(), (kept) => {
    for (const { room, cid, content, state } of readOutbox(kept, NOON)) {
      assert.match(room, /^[#@]/);
      assert.ok(cid !== "" && content !== "" && state !== "sent");
    }
  }));
});

Deno.test("the page and the server know the same commands", () => {
  const ours = Object.fromEntries(COMMANDS.map(({ name, others }) => [name, [...others]]));
  assert.deepEqual(ours, ALIASES);
  assert.equal(findCommand("Débannir")!.name, findName("debannir"));
});

Deno.test("a text that begins with a slash but is not a command reaches the readers unchanged", () => {
  const begin = fc.constantFrom("/", "//", "/etc/", "/a.b", "// ", "/help", "/Ma vie", "/1", "");
  fc.assert(fc.property(begin, fc.string(), (start, rest) => {
    const text = start + rest;
    const content = contentOf(text, "channel");
    // `//word` is the server's own notation for `/word`.
    if (/^\/\/\p{L}/u.test(text)) assert.equal(unescape(content), text.slice(1));
    else if (isCommand(text)) assert.equal(serverRuns(content), true);
    else {
      assert.equal(serverRuns(content), false);
      assert.equal(unescape(content), text);
      assert.equal(storedOf(content, "channel"), text);
    }
    assert.equal(contentOf(text, "private"), text);
  }));
});

Deno.test("a failed look in the history is repeated, and the message is not sent again without it", () => {
  for (const code of ["shutting_down", "internal", "busy", "rate_limited"]) {
    const talk = ready();
    say(talk, "once", "c1");
    talk.break();
    talk.open();
    for (let i = 0; i < 100 && !talk.page.sent.some(isCheck); i++) {
      talk.serve();
      talk.deliver();
    }
    const { ref } = talk.page.sent.splice(talk.page.sent.findIndex(isCheck), 1)[0]!;
    talk.page.line({ type: "error", code, message: "-", ref });
    assert.deepEqual(states(talk), ["checking"], code);
    talk.break();
    talk.open();
    talk.page.event({ type: "timer", name: "check" });
    assert.ok(
      !talk.page.sent.some(isCheck),
      "before the page has joined, the server would reject it",
    );
    assert.deepEqual(states(talk), ["checking"]);
  }
});

function isCheck(line: Readonly<Record<string, unknown>>): boolean {
  return line.type === "history" && line.limit === 200;
}
