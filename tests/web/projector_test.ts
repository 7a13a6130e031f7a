// The projector view: one room in large type with its address, and nothing private in any place.
import assert from "node:assert/strict";
import { findProgram } from "../support/programs.ts";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";
import type { Person } from "./person.ts";

/** Everything that a page shows or tells: text, attributes, title, and what screen readers and notifications got. */
const EVERYTHING = `[
  document.title,
  document.documentElement.outerHTML,
  ...[...document.querySelectorAll("input, textarea")].map(({ value }) => value),
  ...heard,
].join("\\n")`;

/** Records what is written into live regions, all titles, and notifications. */
const RECORD = `globalThis.heard = [];
  new MutationObserver(() => heard.push(document.title))
    .observe(document.querySelector("title"), { childList: true });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) heard.push(node.textContent);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  globalThis.Notification = class { constructor(...words) { heard.push(words.join()); }
    static permission = "granted"; static requestPermission = async () => "granted"; };`;

async function project(stage: Stage): Promise<Person> {
  await stage.accounts("moderator", "Prof");
  const prof = await stage.person({ browser: { viewport: { width: 1920, height: 1080 } } });
  await prof.signIn("Prof", PASSWORD);
  await prof.page.evaluate(
    `localStorage.setItem("classcord.prefs", JSON.stringify({ notify: "on" }))`,
  );
  await prof.page.reload();
  await prof.isIn();
  const [page] = await Promise.all([
    prof.page.context().waitForEvent("page"),
    prof.page.locator("a.tool").click(),
  ]);
  const screen = stage.watch(page, prof);
  await screen.page.locator(".projector").waitFor();
  return screen;
}

scenarios("a projector", {
  async "shows the messages of one room and nothing that is private, in no place"(stage) {
    await stage.serve({
      channel: [{ name: "#profs", topic: "", roles: ["moderator"], accounts: [], readOnly: false }],
    });
    const tom = await stage.guest("Tom");
    await tom.send({ type: "message", content: "bonjour à tous" });
    const screen = await project(stage);
    await screen.page.locator("article", { hasText: "bonjour à tous" }).waitFor();
    await screen.page.evaluate(RECORD);
    const prof = await stage.member("Prof");
    await prof.ask({ type: "join", channel: "#profs", ref: "j" });
    const secrets = ["Quentin", "secret", "profs"];
    const quentin = await stage.guest("Quentin");
    await quentin.send({ type: "message", subtype: "private", to: "Prof", content: "secret 1" });
    await prof.send({ type: "message", channel: "#profs", content: "secret 2" });
    await tom.ask({ type: "report", id: 1, reason: "secret 3", ref: "r" });
    await quentin.ask({ type: "hand", up: true, ref: "h" });
    await tom.send({ type: "message", content: "@Prof encore **un**" });
    await screen.page.locator("article", { hasText: "encore un" }).waitFor();
    await screen.page.getByText(screen.texts.count("projector_hands", 1)).waitFor();
    await screen.frames();
    const all = await screen.page.evaluate<string>(EVERYTHING);
    for (const secret of secrets) assert.ok(!all.includes(secret), `${secret} is on the screen`);
    assert.equal(await screen.page.title(), "#général – ClassCord");
    // A click on a mention opens nothing, and a link to another room is not followed.
    await screen.page.getByRole("button", { name: "@Prof" }).click();
    assert.equal(await screen.page.getByRole("dialog").count(), 0);
    // The newest message is in view, and large.
    const size = await screen.page.evaluate<number>(
      "parseFloat(getComputedStyle(document.querySelector('article')).fontSize)",
    );
    assert.ok(size >= 40, `${size} px`);
    assert.ok(await screen.page.locator("article").last().isVisible());
    for (let i = 1; i <= 30; i++) await tom.send({ type: "message", content: `suite ${i}` });
    await screen.page.locator("article", { hasText: "suite 30" }).waitFor();
    await screen.frames();
    const bottom = await screen.page.locator("article").last().evaluate((element) =>
      element.getBoundingClientRect().bottom
    );
    assert.ok(bottom <= 1080, `the newest message ends at ${bottom}`);
    await screen.page.getByRole("button", { name: screen.texts.say("projector_larger") }).click();
    await screen.page.locator(".projector.zoom-2").waitFor();
  },

  async "shows neither commands nor unsent messages of the user, and comes back after a restart"(
    stage,
  ) {
    const directory = await stage.directory();
    const { port } = await stage.serve({}, directory);
    const screen = await project(stage);
    await screen.page.evaluate(RECORD);
    await stage.stop();
    await screen.page.getByText(screen.texts.say("projector_offline")).waitFor();
    await stage.serve({ server: { port } }, directory);
    const tom = await stage.guest("Tom");
    await tom.send({ type: "message", content: "de retour" });
    await screen.page.locator("article", { hasText: "de retour" }).waitFor();
    // In the same tab, the conversation is one key away, and the answer to a command stays there.
    await screen.button(screen.texts.say("projector_leave")).click();
    await screen.isIn();
    await screen.say("/whoami");
    await screen.page.locator(".aside").waitFor();
    await screen.box.fill("un brouillon secret");
    await screen.page.evaluate("location.hash = '#/projector/g%C3%A9n%C3%A9ral'");
    await screen.page.locator(".projector article").first().waitFor();
    await screen.frames();
    const html = await screen.page.evaluate<string>("document.documentElement.outerHTML");
    assert.doesNotMatch(html, /whoami|moderator|brouillon|ClassCord:/);
  },

  async "a QR code on it leads to the room"(stage) {
    await stage.serve();
    const screen = await project(stage);
    const decoder = findProgram("zbarimg");
    await screen.page.locator(".projector .qr").waitFor();
    const address = `http://127.0.0.1:${stage.server.port}/#/c/g%C3%A9n%C3%A9ral`;
    assert.equal(
      await screen.page.locator(".projector-address").innerText(),
      `127.0.0.1:${stage.server.port}`,
    );
    const { generate } = await import("lean-qr");
    const code = generate(address);
    const drawn = await screen.page.locator(".projector .qr path").getAttribute("d");
    let path = "";
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
    }
    assert.equal(drawn, path);
    if (decoder === undefined) return;
    const picture = `${await stage.directory()}/qr.png`;
    await screen.page.locator(".projector .qr").screenshot({ path: picture });
    const { stdout } = await new Deno.Command(decoder, { args: ["-q", "--raw", picture] }).output();
    assert.equal(new TextDecoder().decode(stdout).trim(), address);
  },
});
