// Tests of the page on screens of all sizes, and in both languages.
import assert from "node:assert/strict";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";
import { assertFits, unfilled } from "./looks.ts";
import type { Person } from "./person.ts";

const LONG = "https://exemple.fr/" + "chemin/".repeat(60) + " et-un-mot-" + "long".repeat(100);
const CODE = "```python\n" + "x = [" + "1, ".repeat(200) + "]\n```";

/** Creates a class with long names, long words and code. */
async function lesson(stage: Stage): Promise<void> {
  await stage.serve({
    limits: { messages_per_second: 0 },
    channel: [{
      name: "#un-nom-de-salon-vraiment-long",
      topic: "Un sujet qui ne tient pas sur une ligne ".repeat(3),
      roles: [],
      accounts: [],
      readOnly: false,
    }],
  });
  await stage.accounts("moderator", "Prof");
  const tom = await stage.guest("Jean-Baptiste-Emmanuel de la Tour d’Auvergne");
  for (const content of ["bonjour", LONG, CODE, "> " + "cité ".repeat(50), "a".repeat(3000)]) {
    await tom.send({ type: "message", content });
  }
  const prof = await stage.member("Prof");
  await tom.send({ type: "message", subtype: "private", to: "Prof", content: LONG });
  await prof.find(({ content }) => content === LONG);
}

const PLACES = [
  "#/c/g%C3%A9n%C3%A9ral",
  "#/c/un-nom-de-salon-vraiment-long",
  "#/search?q=bonjour",
  "#/settings",
  "#/accessibility",
  "#/protocol/errors",
  "#/projector/g%C3%A9n%C3%A9ral",
] as const;

async function visitAll(person: Person, where: string): Promise<void> {
  for (const hash of PLACES) {
    await person.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await person.page.locator("main h1").waitFor();
    await person.frames();
    await assertFits(person, `${where} ${hash}`);
  }
}

scenarios("a page on every screen", {
  async "with a width of 320 pixels and double text size, nothing is wider than the page"(stage) {
    await lesson(stage);
    const small = { viewport: { width: 320, height: 568 } };
    const person = await stage.person({ browser: small });
    await person.isOut();
    await assertFits(person, "sign-in");
    await person.signIn("Prof", PASSWORD);
    await visitAll(person, "320");
    await person.page.evaluate("location.hash = '#/c/g%C3%A9n%C3%A9ral'");
    await person.page.locator(".people-button").click();
    await person.page.locator(".class-panel .pupil").first().waitFor();
    await assertFits(person, "the class panel");
    for (const tool of ["tool_attendance", "tool_export"] as const) {
      await person.page.locator(".tool", { hasText: person.texts.say(tool) }).click();
      await person.page.getByRole("dialog").waitFor();
      await assertFits(person, tool);
      await person.page.keyboard.press("Escape");
    }
    await person.page.locator(".panel-close").last().click();
    await person.page.locator(".rooms-button").click();
    await person.page.getByRole("button", { name: person.texts.say("menu", { name: "Prof" }) })
      .last().click();
    await person.page.getByRole("menuitem", { name: person.texts.say("menu_protocol") }).click();
    await person.page.locator(".inspector .wire-line").last().click();
    await assertFits(person, "the inspector");
    await person.button(person.texts.say("insp_close")).click();
    await person.page.evaluate("location.hash = '#/settings'");
    await person.choose("200 %");
    await person.until("document.documentElement.dataset.size === '200'");
    await visitAll(person, "320 at 200 %");
  },

  async "on a phone, a tap opens the panels, and the message box stays visible"(stage) {
    await lesson(stage);
    const browser = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };
    const person = await stage.person({ browser });
    await person.signIn("Prof", PASSWORD);
    await person.page.locator(".rooms-button").tap();
    await person.room("un-nom-de-salon").or(person.room("général")).first().waitFor();
    await assertFits(person, "the conversations");
    await person.room("général").tap();
    await person.box.waitFor();
    await person.page.locator(".people-button").tap();
    await person.page.locator(".people .person").first().waitFor();
    await assertFits(person, "the people");
    await person.page.locator(".people .panel-close").tap();
    // The on-screen keyboard of a phone takes half of the screen.
    await person.page.setViewportSize({ width: 390, height: 380 });
    await person.box.tap();
    await person.frames();
    const { top, bottom } = await person.box.evaluate((box) => box.getBoundingClientRect());
    assert.ok(top >= 0 && bottom <= 380, `the box is at ${top} to ${bottom}`);
    // On a phone, Enter inserts a new line, and the button sends.
    await person.box.fill("du téléphone");
    await person.button(person.texts.say("composer_send")).tap();
    await person.sees("du téléphone");
    await visitAll(person, "a phone");
  },

  async "on a projector, the page fills 1920 pixels"(stage) {
    await lesson(stage);
    const person = await stage.person({ browser: { viewport: { width: 1920, height: 1080 } } });
    await person.signIn("Prof", PASSWORD);
    await visitAll(person, "1920");
  },

  async "in French and English, all places are filled, and a change of language applies at once and is stored"(
    stage,
  ) {
    await lesson(stage);
    const person = await stage.person({ language: "fr" });
    await person.isOut();
    assert.equal(await person.page.evaluate("document.documentElement.lang"), "fr");
    assert.deepEqual(await unfilled(person), []);
    await person.signIn("Prof", PASSWORD);
    for (const hash of PLACES) {
      await person.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await person.page.locator("main h1").waitFor();
      assert.deepEqual(await unfilled(person), [], hash);
    }
    await person.page.evaluate("location.hash = '#/c/g%C3%A9n%C3%A9ral'");
    await person.box.fill("un brouillon");
    await person.page.locator("button.language").click();
    await person.page.getByPlaceholder("Message to #général").waitFor();
    assert.equal(await person.page.evaluate("document.documentElement.lang"), "en");
    assert.equal(await person.box.inputValue(), "un brouillon");
    await person.page.reload();
    await person.page.getByPlaceholder("Message to #général").waitFor();
  },

  async "the page follows the light or dark theme of the system, or the user's choice"(stage) {
    await lesson(stage);
    const person = await stage.person({ browser: { colorScheme: "dark" } });
    await person.signIn("Prof", PASSWORD);
    const darkness = () =>
      person.page.evaluate<number>(
        `Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])`,
      );
    assert.ok(await darkness() < 80);
    await person.page.emulateMedia({ colorScheme: "light" });
    assert.ok(await darkness() > 200);
    await person.page.evaluate("location.hash = '#/settings'");
    await person.choose(person.texts.say("settings_theme_dark"));
    await person.until(
      "Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0]) < 80",
    );
  },
});
