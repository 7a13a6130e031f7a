// Tests of the page's model with a real server: signing in, missed messages, restarts, other devices.
import assert from "node:assert/strict";
import { Client } from "../../support/client.ts";
import { withDirectory } from "../../support/directory.ts";
import { setRole } from "../../support/roles.ts";
import { startTestServer } from "../../support/server.ts";
import { LivePage } from "./live_page.ts";

const GENERAL = "#général";

async function signIn(page: LivePage, name: string): Promise<void> {
  await page.until("the form", ({ server }) => server !== undefined);
  page.send({ type: "register", name, password: "lovelace", stay: false });
  await page.caughtUp();
}

Deno.test("a guest on the page and an old client receive each other's messages", async () => {
  await using server = await startTestServer();
  await using bob = await Client.guest(server.port, "bob");
  await using page = new LivePage(server.port);
  await page.until("the form", (app) => app.server !== undefined);
  page.send({ type: "enter_guest", name: "Léa" });
  await page.caughtUp();
  assert.deepEqual([page.app.me!.name, page.app.me!.role], ["Léa", "guest"]);
  page.send({ type: "say", room: GENERAL, text: "Bonjour à tous", cid: "c0000001" });
  await bob.find((line) => line.content === "Bonjour à tous");
  await bob.send({ type: "message", content: "Salut" });
  await page.until("the answer", () => page.contents(GENERAL).includes("Salut"));
  assert.deepEqual(page.contents(GENERAL), ["Bonjour à tous", "Salut"]);
  assert.deepEqual(page.app.outbox, []);
  await page.until(
    "who is here",
    ({ people, rooms }) => people.has("bob") && rooms.get(GENERAL)!.members.has("bob"),
  );
  page.send({ type: "say", room: GENERAL, text: "/who", cid: "c0000002" });
  await page.until("the answer to /who", () => page.room(GENERAL).asides.length > 0);
  assert.match(page.room(GENERAL).asides[0]!.text, /bob/);
  await page.until("the command is done", ({ outbox }) => outbox.length === 0);
});

Deno.test("after 300 messages while offline, none is missing or duplicated, and the count is correct", async () => {
  await using server = await startTestServer({ limits: { messages_per_second: 0 } });
  await using bob = await Client.guest(server.port, "bob");
  await using page = new LivePage(server.port);
  await signIn(page, "Ada");
  await bob.send({ type: "message", content: "avant" });
  await page.until("avant", () => page.contents(GENERAL).includes("avant"));
  page.send({ type: "on_screen", room: GENERAL, id: page.room(GENERAL).last });
  await page.until("read", () => page.room(GENERAL).unread === 0);
  page.send({ type: "attention", visible: true, focused: false });
  page.cut();
  await page.until("offline", ({ link }) => link.state !== "open");
  for (let i = 0; i < 300; i++) await bob.send({ type: "message", content: `m${i}` });

  await bob.sync();

  page.send({ type: "say", room: GENERAL, text: "hors ligne", cid: "c0000003" });
  await page.caughtUp();

  await page.until("the count", () => page.room(GENERAL).unread >= 300);
  assert.equal(page.room(GENERAL).unread, 300);
  assert.equal(page.room(GENERAL).line, page.room(GENERAL).seen);
  assert.ok(page.contents(GENERAL).includes("avant"), "the page is where it was");
  while (page.room(GENERAL).window.newer) {
    page.send({ type: "edge", room: GENERAL, side: "newer" });
    await page.until("a page of messages", () => page.room(GENERAL).loading === undefined);
  }
  const expected = ["avant", ...Array.from({ length: 300 }, (_, i) => `m${i}`), "hors ligne"];
  assert.deepEqual(page.contents(GENERAL), expected);
});

Deno.test("after a restart during sending, each message is stored once and the page is back online", async () => {
  await withDirectory(async (directory) => {
    const said = Array.from({ length: 20 }, (_, i) => `n${i}`);
    await using page = await (async () => {
      await using server = await startTestServer({}, directory);
      const page = new LivePage(server.port);
      await signIn(page, "Ada");
      for (const [i, text] of said.entries()) {
        page.send({ type: "say", room: GENERAL, text, cid: `d${String(i).padStart(7, "0")}` });
      }
      return page;
    })();
    await page.until("offline", ({ link }) => link.state !== "open");
    await using server = await startTestServer({}, directory);
    page.port = server.port;
    await page.caughtUp();
    assert.equal(page.app.phase, "in");
    await using reader = await Client.guest(server.port, "lecteur");
    await reader.send({ type: "history", limit: 200 });
    const { messages } = await reader.find(({ type }) => type === "history") as unknown as {
      messages: { content: string }[];
    };
    assert.deepEqual(messages.map(({ content }) => content).sort(), [...said].sort());
    page.send({ type: "to_present", room: GENERAL });
    await page.until("all are shown", () => page.contents(GENERAL).length === said.length);
  });
});

Deno.test("after a reload, an account or a guest has the same name, draft and unsent messages", async () => {
  await using server = await startTestServer();
  for (const name of ["Ada", "Léa"]) {
    const before = new LivePage(server.port);
    if (name === "Ada") await signIn(before, name);
    else {
      await before.until("the form", (app) => app.server !== undefined);
      before.send({ type: "enter_guest", name });
      await before.caughtUp();
    }
    before.send({ type: "draft", room: GENERAL, text: `brouillon de ${name}` });
    await before[Symbol.asyncDispose]();
    before.send({ type: "say", room: GENERAL, text: `dernier mot de ${name}`, cid: `e-${name}` });
    before.send({ type: "draft", room: GENERAL, text: `brouillon de ${name}` });
    await using after = new LivePage(server.port, { stored: before.stored });
    await after.caughtUp();
    assert.equal(after.app.me!.name, name);
    assert.equal(after.room(GENERAL).draft, `brouillon de ${name}`);
    await after.until("sent", () => after.contents(GENERAL).includes(`dernier mot de ${name}`));
  }
});

Deno.test("a message read on one device is read on the other, and a deleted message disappears from both", async () => {
  await using server = await startTestServer();
  await using first = new LivePage(server.port);
  await signIn(first, "Ada");
  await using max = await Client.connect(server.port);
  await max.ask({ type: "register", username: "max", password: "lovelace" });
  setRole(server.dataDir, "max", "moderator");
  await max.ask({ type: "login", username: "max", password: "lovelace" });
  await using second = new LivePage(server.port);
  await second.until("the form", (app) => app.server !== undefined);
  second.send({ type: "sign_in", name: "ada", password: "lovelace", stay: false });
  await second.caughtUp();
  second.send({ type: "attention", visible: false, focused: false });
  await max.send({ type: "message", content: "lisez-moi" });
  for (const page of [first, second]) {
    await page.until("the message", () => page.contents(GENERAL).includes("lisez-moi"));
    assert.equal(page.room(GENERAL).unread, 1);
  }
  const { last } = first.room(GENERAL);
  first.send({ type: "on_screen", room: GENERAL, id: last });
  await second.until("read on the other device", () => second.room(GENERAL).unread === 0);
  await max.send({ type: "delete", id: last });
  await max.find(({ type }) => type === "delete");
  for (const page of [first, second]) {
    await page.until("forgotten", () => page.contents(GENERAL)[0] === "");
  }
});

Deno.test("after signing out, the token of the session is no longer valid", async () => {
  await using server = await startTestServer();
  await using page = new LivePage(server.port);
  await signIn(page, "Ada");
  const copy = new Map(page.stored);
  page.send({ type: "sign_out", everywhere: false });
  await page.until("the form", ({ phase }) => phase === "out");
  assert.equal(page.stored.get("tab.session"), undefined);
  await using thief = new LivePage(server.port, { stored: copy });
  await thief.until("refused", ({ door }) => door.reason === "expired");
});
