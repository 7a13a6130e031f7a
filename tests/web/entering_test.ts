// Tests of signing in: guests, accounts, two tabs, passwords that require TLS, and a server that is not available.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { writeCertificate } from "../support/certificate.ts";
import { PASSWORD, scenarios } from "./browser.ts";
import { Relay } from "./relay.ts";

const DEV = { name: "#dev", topic: "Java", roles: [], accounts: [], readOnly: false };

scenarios("people sign in on a page", {
  async "a guest follows a link to a channel and writes, and a client of the line protocol receives it"(
    stage,
  ) {
    await stage.serve({ channel: [DEV] });
    const bob = await stage.guest("Bob");
    await bob.ask({ type: "join", channel: "#dev", ref: "j" });
    const lea = await stage.person({ path: "/#/c/dev" });
    await lea.joinAs("Léa");
    await lea.button(lea.texts.say("composer_join", { room: "#dev" })).click();
    await lea.say("Bonjour, voilà mon code");
    const { from, content, channel } = await bob.find(({ type }) => type === "message");
    assert.deepEqual(
      { from, content, channel },
      { from: "Léa", content: "Bonjour, voilà mon code", channel: "#dev" },
    );
    await bob.send({ type: "message", channel: "#dev", content: "Salut Léa" });
    await lea.sees("Salut Léa");
  },

  async "the address with a code leads to the page"(stage) {
    await stage.serve();
    const lea = await stage.person({ path: "/j/3f9Kd-2" });
    await lea.joinAs("Léa");
    assert.equal(new URL(lea.page.url()).pathname, "/");
  },

  async "an account is registered and survives a reload, and nothing of it remains after signing out"(
    stage,
  ) {
    const server = await stage.serve();
    const ada = await stage.person();
    await ada.signIn("Ada", PASSWORD, { way: "register", stay: true });
    await ada.say("un message d’Ada");
    await ada.sees("un message d’Ada");
    await ada.page.reload();
    await ada.isIn();
    await ada.sees("un message d’Ada");
    const kept = "Object.values({ ...localStorage, ...sessionStorage }).join()";
    const [token] = /[\w-]{43}/.exec(await ada.page.evaluate(kept)) ?? [];
    assert.ok(token !== undefined, "the page keeps no token");

    await ada.button(ada.texts.say("menu", { name: "Ada" })).click();
    await ada.page.getByRole("menuitem", { name: ada.texts.say("menu_sign_out") }).click();
    await ada.isOut();
    assert.doesNotMatch(await ada.page.evaluate(kept), /[\w-]{43}|Ada/);
    await ada.page.reload();
    await ada.isOut();
    await using client = await Client.connect(server.port);
    assert.equal((await client.ask({ type: "resume", token }))["code"], "session_expired");
  },

  async "a tab without the choice to stay signed in loses its account when it is closed"(stage) {
    await stage.serve();
    await stage.accounts("member", "Ada");
    const ada = await stage.person();
    await ada.signIn("Ada", PASSWORD);
    const next = await stage.tab(ada);
    await next.isOut();
  },

  async "one user in two tabs sees each message once in both"(stage) {
    await stage.serve();
    await stage.accounts("member", "Ada");
    const first = await stage.person();
    await first.signIn("Ada", PASSWORD, { stay: true });
    const second = await stage.tab(first);
    await second.isIn();
    await first.say("du premier onglet");
    await second.sees("du premier onglet");
    await second.say("du deuxième onglet");
    for (const tab of [first, second]) {
      await tab.sees("du deuxième onglet");
      await tab.until("document.querySelectorAll('[data-cid]').length === 0");
      assert.deepEqual(await tab.read(), ["du premier onglet", "du deuxième onglet"]);
    }
  },

  async "where passwords require TLS, the plaintext page has no password field and links to the page over TLS"(
    stage,
  ) {
    const { cert, key } = await writeCertificate(await stage.directory());
    const tls = { cert, key, require_for_login: true };
    const server = await stage.serve({ tls, web: { proxies: ["127.0.0.1"] } });
    // The server always accepts passwords from its own machine, so Ada connects from another address.
    const relay = stage.use(new Relay(server.port));
    relay.field = "X-Forwarded-For: 192.0.2.7";
    const ada = await stage.person({
      port: relay.port,
      browser: { ignoreHTTPSErrors: true },
    });
    await ada.choose(ada.texts.say("door_account"));
    const link = ada.page.getByRole("link", { name: ada.texts.say("door_tls_link") });
    await link.waitFor();
    assert.equal(await ada.page.locator("input[type=password]").count(), 0);
    const port = server.running.tls?.port;
    assert.equal(await link.getAttribute("href"), `https://127.0.0.1:${port}/`);
    await link.click();
    await ada.signIn("Ada", PASSWORD, { way: "register" });
    await ada.say("par TLS");
    await ada.sees("par TLS");
  },

  async "a page says that the server is not available, and works once the server is"(stage) {
    const server = await stage.serve();
    const relay = stage.use(new Relay(server.port));
    relay.accepts = "pages";
    const lea = await stage.person({ port: relay.port });
    const now = lea.button(lea.texts.say("strip_now"));
    await now.waitFor();
    relay.restore();
    // The page may connect by itself before the click.
    await now.click({ timeout: 2_000 }).catch(() => {});
    await lea.joinAs("Léa");
    await lea.say("enfin");
    await lea.sees("enfin");
  },

  async "a guest who reloads keeps the name, and other users are not notified"(stage) {
    await stage.serve();
    const bob = await stage.guest("Bob");
    const lea = await stage.person();
    await lea.joinAs("Léa");
    await lea.box.fill("un brouillon");
    await bob.find(({ type, user }) => type === "status" && user === "Léa");
    await lea.page.reload();
    await lea.isIn();
    assert.equal(await lea.box.inputValue(), "un brouillon");
    await lea.say("me revoilà");
    const next = await bob.line();
    assert.deepEqual([next["type"], next["from"]], ["message", "Léa"]);
  },
});
