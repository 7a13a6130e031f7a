// Tests of broken connections and server restarts: no message is lost, and none is stored twice.
import assert from "node:assert/strict";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";
import type { Person } from "./person.ts";
import { Relay } from "./relay.ts";

/** Opens a page for a member behind a relay. The server uses `directory`, if it is given. */
async function behindRelay(
  stage: Stage,
  directory?: string,
): Promise<{ readonly relay: Relay; readonly ada: Person }> {
  const server = await stage.serve({ limits: { messages_per_second: 0 } }, directory);
  await stage.accounts("member", "Ada");
  const relay = stage.use(new Relay(server.port));
  const ada = await stage.person({ port: relay.port });
  await ada.signIn("Ada", PASSWORD);
  return { relay, ada };
}

/** Restores the relay once the page has noticed the break, and waits until the page is connected again. */
async function reconnect(relay: Relay, ada: Person): Promise<void> {
  const now = ada.button(ada.texts.say("strip_now"));
  await now.waitFor();
  const passing = relay.passing();
  relay.restore();
  // The page may connect by itself before the click. Then the button is gone.
  await now.click({ timeout: 2_000 }).catch(() => {});
  await passing;
  await ada.page.locator(".strip").waitFor({ state: "detached" });
}

/** Sends a message whose data in one direction is lost, and breaks the connection. */
async function breakWhile(relay: Relay, way: "up" | "down", say: () => Promise<void>) {
  relay.swallowed = 0;
  relay[way] = "swallowed";
  await say();
  await relay.swallowing();
  relay.disconnect();
}

scenarios("a page survives broken connections", {
  async "after 300 messages while offline, none is missing or shown twice, and the log has not moved"(
    stage,
  ) {
    const { relay, ada } = await behindRelay(stage);
    const bob = await stage.guest("Bob");
    for (let i = 1; i <= 60; i++) {
      await bob.send({ type: "message", content: `avant ${i}` });
    }
    await ada.sees("avant 60");
    // Ada is reading an old message when the connection breaks.
    await ada.until("!document.querySelector('.room .count')");
    await ada.log.evaluate((log) => log.scrollTop = 200);
    await ada.frames();
    const place = "document.querySelector('[data-id]').getBoundingClientRect().top";
    const before = await ada.page.evaluate<number>(place);
    relay.disconnect();
    for (let i = 1; i <= 300; i++) {
      const ref = `r${i}`;
      await bob.ask({ type: "message", content: `pendant ${i}`, ref });
    }
    await reconnect(relay, ada);
    await ada.button(ada.texts.count("log_present_unread", 300)).waitFor();
    await ada.page.getByText(ada.texts.say("log_newer")).waitFor({ state: "attached" });
    // The page draws what it has read again, and then puts the log back to its place.
    await ada.until(`Math.abs(${place} - arg) <= 1`, before);
    await ada.frames();
    assert.ok(Math.abs(await ada.page.evaluate<number>(place) - before) <= 1, "the log has moved");

    const wanted = Array.from({ length: 300 }, (_, i) => `pendant ${i + 1}`);
    await ada.log.focus();
    await ada.page.keyboard.press("End");
    await ada.sees("pendant 300");
    // Scroll up to the line above the first new message.
    await ada.until(
      `(document.querySelector('.log').scrollTop -= 300,
        [...document.querySelectorAll('.text')].some(({ textContent }) => textContent === arg))`,
      "pendant 1",
    );
    const read = await ada.read();
    assert.deepEqual(read.filter((text) => text.startsWith("pendant")), wanted);
    const next = await ada.page.evaluate(`(() => {
      const all = [...document.querySelectorAll(".line.new, article")];
      return all[all.findIndex((each) => each.matches(".new")) + 1]?.querySelector(".text")?.textContent;
    })()`);
    assert.equal(next, "pendant 1", "the line is not above the first new message");
  },

  async "a message whose ack was lost is not sent again"(stage) {
    const { relay, ada } = await behindRelay(stage);
    const bob = await stage.guest("Bob");
    await breakWhile(relay, "down", () => ada.say("une seule fois"));
    assert.equal((await bob.find(({ type }) => type === "message"))["content"], "une seule fois");
    await ada.pending("une seule fois").waitFor();
    await reconnect(relay, ada);
    await ada.sees("une seule fois");
    assert.deepEqual(await ada.read(), ["une seule fois"]);
    assert.deepEqual((await bob.sync()).filter(({ type }) => type === "message"), []);
  },

  async "a message that was lost on its way is sent again, once"(stage) {
    const { relay, ada } = await behindRelay(stage);
    const bob = await stage.guest("Bob");
    await breakWhile(relay, "up", () => ada.say("perdu en route"));
    await ada.say("écrit hors ligne");
    await ada.pending("écrit hors ligne").waitFor();
    assert.deepEqual((await bob.sync()).filter(({ type }) => type === "message"), []);
    await reconnect(relay, ada);
    await ada.until("document.querySelectorAll('[data-cid]').length === 0");
    assert.deepEqual(await ada.read(), ["perdu en route", "écrit hors ligne"]);
    const heard = (await bob.sync()).filter(({ type }) => type === "message");
    assert.deepEqual(heard.map(({ content }) => content), ["perdu en route", "écrit hors ligne"]);
  },

  async "a server that restarts while messages are on their way stores each of them once"(stage) {
    const directory = await stage.directory();
    const { relay, ada } = await behindRelay(stage, directory);
    await breakWhile(relay, "down", () => ada.say("arrivé avant l’arrêt"));
    await stage.stop();
    await ada.say("écrit pendant l’arrêt");
    const server = await stage.serve({ limits: { messages_per_second: 0 } }, directory);
    relay.target = server.port;
    const bob = await stage.guest("Bob");
    await reconnect(relay, ada);
    await ada.until("document.querySelectorAll('[data-cid]').length === 0");
    const wanted = ["arrivé avant l’arrêt", "écrit pendant l’arrêt"];
    assert.deepEqual(await ada.read(), wanted);
    await bob.sync();
    const history = await bob.ask({ type: "history", channel: "#général", ref: "h" });
    const rows = history["messages"] as { content: string }[];
    assert.deepEqual(rows.map(({ content }) => content), wanted);
  },

  async "after a reload, an unsent message is sent once"(stage) {
    const { relay, ada } = await behindRelay(stage);
    const bob = await stage.guest("Bob");
    relay.disconnect();
    await ada.button(ada.texts.say("strip_now")).waitFor();
    await ada.say("avant le rechargement");
    await ada.pending("avant le rechargement").waitFor();
    relay.restore();
    await ada.page.reload();
    await ada.sees("avant le rechargement");
    await ada.until("document.querySelectorAll('[data-cid]').length === 0");
    assert.deepEqual(await ada.read(), ["avant le rechargement"]);
    const heard = (await bob.sync()).filter(({ type }) => type === "message");
    assert.equal(heard.length, 1);
  },
});
