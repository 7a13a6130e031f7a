// The example page works in a browser, opened as the README of the examples says.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Line } from "../support/client.ts";
import { scenarios, type Stage } from "../web/browser.ts";
import { Relay } from "../web/relay.ts";
import { EXAMPLES } from "./example.ts";

const isMessage = (line: Record<string, unknown>) => line["type"] === "message";

/** Serves the page from a site of its own. */
async function site(
  stage: Stage,
  ws: (request: Request) => Response = () => new Response(null, { status: 404 }),
): Promise<string> {
  const html = await Deno.readTextFile(new URL("javascript/page.html", EXAMPLES));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    if (request.url.endsWith("/ws")) return ws(request);
    if (!request.url.endsWith("/page.html")) return new Response(null, { status: 204 });
    return new Response(html, { headers: { "Content-Type": "text/html" } });
  });
  stage.use({ [Symbol.asyncDispose]: () => server.shutdown() });
  return `http://127.0.0.1:${server.addr.port}`;
}

async function open(stage: Stage, url: string): Promise<Page> {
  return (await stage.person({ url: `${url}/page.html` })).page;
}

async function signIn(page: Page, port: number, options: { isNew?: boolean; name?: string } = {}) {
  const { isNew = false, name = "Zoé" } = options;
  if (await page.getByLabel("Serveur").isEnabled()) {
    await page.getByLabel("Serveur").fill(`127.0.0.1:${port}`);
  }
  await page.getByLabel("Nom").fill(name);
  await page.getByLabel("Mot de passe").fill("1234");
  await page.getByLabel("Nouveau compte").setChecked(isNew);
  await page.getByRole("button", { name: "Entrer" }).click();
}

async function sees(page: Page, text: string): Promise<void> {
  await page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

async function count(page: Page, text: string): Promise<number> {
  return await page.getByRole("log").getByText(text, { exact: true }).count();
}

scenarios("the page of the examples", {
  async "registers, lists, sends, receives, and never runs what a message contains"(stage) {
    const origin = await site(stage);
    const { port } = await stage.serve({ web: { origins: [origin] } });
    const bob = await stage.guest("Bob");
    const page = await open(stage, origin);
    await signIn(page, port, { isNew: true, name: "bob" });
    await page.getByText("(username_taken)").waitFor();
    await signIn(page, port, { isNew: true });
    await page.getByText("En ligne : Bob, Zoé").waitFor();
    await say(page, 'Un "mot" \\ é € 😀');
    await sees(page, '<Zoé> Un "mot" \\ é € 😀');
    assert.equal((await bob.find(isMessage))["content"], 'Un "mot" \\ é € 😀');
    await bob.send({ type: "message", content: "<b>gras</b><img src=x onerror=alert(1)>" });
    await sees(page, "<Bob> <b>gras</b><img src=x onerror=alert(1)>");
    await bob.send({ type: "message", to: "Zoé", content: "psst" });
    await sees(page, "[privé] <Bob> psst");
    await say(page, "/msg Bob oui");
    assert.equal((await bob.find(isMessage))["subtype"], "private");
    await say(page, "/join #dev");
    await page.getByText("You are now in #dev.").waitFor();
    await say(page, "/msg personne Bonjour");
    await page.getByText("(unknown_user)").waitFor();
    assert.equal(await page.locator("#log img").count(), 0);
  },

  async "comes back after a break without doubles, and sends what was written meanwhile"(stage) {
    const origin = await site(stage);
    const { port } = await stage.serve({ web: { origins: [origin] } });
    const relay = stage.use(new Relay(port));
    const bob = await stage.guest("Bob");
    const page = await open(stage, origin);
    await signIn(page, relay.port, { isNew: true });
    await page.getByText("En ligne : Bob, Zoé").waitFor();
    await say(page, "avant");
    assert.equal((await bob.find(isMessage))["content"], "avant");
    relay.disconnect();
    await bob.find(({ state }) => state === "offline");
    await bob.send({ type: "message", content: "manqué" });
    await page.getByText("nouvel essai").first().waitFor();
    await say(page, "pendant");
    relay.restore();
    assert.equal((await bob.find(isMessage))["content"], "pendant");
    await bob.send({ type: "message", content: "après" });
    await sees(page, "<Bob> après");
    for (const text of ["<Zoé> avant", "<Bob> manqué", "<Zoé> pendant", "<Bob> après"]) {
      assert.equal(await count(page, text), 1, text);
    }
  },

  async "says which setting is missing, and that a kicked user must come back by hand"(stage) {
    const origin = await site(stage);
    const { port } = await stage.serve();
    const page = await open(stage, origin);
    await signIn(page, port, { isNew: true });
    await page.getByText("web.origins permet-il cette page ?").waitFor();
    await stage.stop();
    const second = await stage.serve({ web: { origins: [origin] } });
    await stage.accounts("moderator", "Max");
    const max = await stage.member("Max");
    await signIn(page, second.port, { isNew: true });
    await max.find(({ state }) => state === "online");
    await max.ask({ type: "kick", user: "Zoé" });
    await max.find(({ state }) => state === "offline");
    await sees(page, "! la connexion est fermée");
    assert.equal(await page.getByText("nouvel essai").count(), 0);
  },

  async "asks again after a refused login, and waits before it sends the same again"(stage) {
    const sockets: WebSocket[] = [];
    const lines: Line[] = [];
    let wake = () => {};
    const origin = await site(stage, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "classcord" });
      sockets.push(socket);
      socket.onmessage = ({ data }) => {
        lines.push(JSON.parse(data));
        wake();
      };
      return response;
    });
    const next = async (type: string) => {
      while (lines.length === 0) await new Promise<void>((resolve) => wake = resolve);
      const line = lines.shift()!;
      assert.equal(line["type"], type);
      return line;
    };
    const speak = (line: Line) => sockets[0]!.send(JSON.stringify(line));
    const page = await open(stage, origin);
    const port = Number(new URL(origin).port);
    const refuse = ({ type, ref }: Line, code: string, more: Line = {}) =>
      speak({ type: "error", message: `erreur ${code}`, code, request: type, ref, ...more });
    await signIn(page, port);
    refuse(await next("login"), "login_failed");
    await sees(page, "! erreur login_failed (login_failed)");
    await signIn(page, port);
    const { ref } = await next("login");
    speak({ type: "login", status: "ok", username: "Zoé", ref });
    speak({ type: "users", users: ["Zoé"], ref: (await next("users"))["ref"] });
    speak({ type: "history", messages: [], more: false, ref: (await next("history"))["ref"] });
    speak({ type: "tomorrow" });
    await page.getByText("En ligne : Zoé").waitFor();
    await say(page, "attends");
    const first = await next("message");
    const before = Date.now();
    refuse(first, "rate_limited", { retry_after: 1 });
    const again = await next("message");
    assert.ok(Date.now() - before >= 990);
    assert.deepEqual([again["content"], again["nonce"]], ["attends", first["nonce"]]);
    refuse(again, "muted");
    await sees(page, "! erreur muted (muted)");
    await say(page, "la suite");
    assert.equal((await next("message"))["content"], "la suite");
    assert.equal(sockets.length, 1);
    refuse({}, "banned");
    sockets[0]!.close();
    await sees(page, "! la connexion est fermée");
    assert.equal(sockets.length, 1);
  },
});
