// Tests of accessibility: axe finds no violation, and screen readers announce each new message once.
import assert from "node:assert/strict";
import { PASSWORD, type Scenario, scenarios, type Stage } from "./browser.ts";
import { violations } from "./looks.ts";
import type { Person } from "./person.ts";

/** The screens: their names, and how a signed-in person opens them. */
const SCREENS: Readonly<Record<string, (person: Person) => Promise<unknown>>> = {
  "a channel": (person) => at(person, "#/c/g%C3%A9n%C3%A9ral", "[role=log] article"),
  "the actions of a message": async (person) => {
    await person.messages().first().hover();
    await person.page.getByRole("toolbar").waitFor();
  },
  "a channel that is not joined": (person) => at(person, "#/c/club", ".composer.silenced"),
  "a private conversation": (person) => at(person, "#/p/Tom", "[role=log] article"),
  "suggestions": async (person) => {
    await person.box.fill("/");
    await person.page.getByRole("listbox").waitFor();
    await person.page.keyboard.press("Escape");
    await person.box.fill("");
  },
  "a search": (person) => at(person, "#/search?q=bonjour", "a.hit"),
  "the settings": (person) => at(person, "#/settings", "fieldset"),
  "the page about accessibility": (person) => at(person, "#/accessibility", ".sheet-body p"),
  "the menu of the user": (person) =>
    person.button(person.texts.say("menu", { name: "Prof" })).click(),
  "the help": async (person) => {
    await person.page.getByRole("menuitem", { name: person.texts.say("menu_help") }).click();
    await person.page.getByRole("dialog").waitFor();
  },
  "the dialog to join": (person) => dialog(person, person.texts.say("rooms_add")),
  "the dialog of a new conversation": (person) =>
    dialog(person, person.texts.say("rooms_new_private")),
  "the list of places": async (person) => {
    await closeDialog(person);
    await person.page.keyboard.press("Control+k");
    await person.page.getByRole("combobox").fill("t");
  },
  "the inspector": async (person) => {
    await closeDialog(person);
    await person.page.locator(".top").getByRole("button", {
      name: person.texts.say("menu_protocol"),
    }).click();
    await person.page.locator(".wire-line").last().click();
    await person.button(person.texts.say("insp_send")).click();
    await person.page.locator(".inspector-send").waitFor();
  },
  "the description of the protocol": async (person) => {
    await at(person, "#/protocol/errors", ".manual table");
    await person.button(person.texts.say("insp_close")).click();
  },
  "the projector": (person) => at(person, "#/projector/g%C3%A9n%C3%A9ral", ".projector .qr"),
  "hands and reports in the class panel": (person) =>
    at(person, "#/c/g%C3%A9n%C3%A9ral", ".class-panel .reports"),
  "the attendance": async (person) => {
    await person.page.locator(".tool").last().click();
    await person.button(person.texts.say("att_show")).click();
    await person.page.locator("dialog tbody").waitFor();
  },
  "the export of a room": async (person) => {
    await closeDialog(person);
    await person.page.locator(".tool", { hasText: person.texts.say("tool_export") }).click();
    await person.button(person.texts.say("cancel")).or(
      person.button(person.texts.say("export_start")),
    ).first().waitFor();
  },
  "the card of a person": async (person) => {
    await closeDialog(person);
    await at(person, "#/c/g%C3%A9n%C3%A9ral", "[role=log] article");
    await person.page.locator(".people .pupil").filter({ hasText: "Tom" }).click();
    await person.page.getByRole("dialog").getByRole("button", {
      name: person.texts.say("mod_mute"),
    }).click();
  },
};

async function at({ page }: Person, hash: string, selector: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.locator(selector).first().waitFor();
}

async function dialog(person: Person, name: string): Promise<void> {
  await closeDialog(person);
  await person.button(name).click();
  await person.page.getByRole("dialog").waitFor();
}

async function closeDialog({ page }: Person): Promise<void> {
  if (await page.getByRole("dialog").count() > 0) await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function lesson(stage: Stage): Promise<void> {
  const open = { topic: "Un club", roles: [], accounts: [], readOnly: false };
  await stage.serve({
    channel: [{ ...open, name: "#club" }],
    limits: { messages_per_second: 0 },
  });
  await stage.accounts("moderator", "Prof");
  const tom = await stage.guest("Tom");
  for (const content of ["bonjour", "**gras** et `code`", "```java\nint a = 1;\n```", "> cité"]) {
    await tom.send({ type: "message", content });
  }
  await tom.sync();
  const prof = await stage.member("Prof");
  await tom.send({ type: "message", subtype: "private", to: "Prof", content: "une question" });
  await prof.find(({ content }) => content === "une question");
  await tom.ask({ type: "hand", up: true, ref: "h" });
}

function inLook(language: "en" | "fr", colorScheme: "light" | "dark"): Scenario {
  return async (stage) => {
    await lesson(stage);
    const person = await stage.person({
      language,
      browser: { colorScheme, reducedMotion: "reduce" },
    });
    await person.isOut();
    const found = [...await violations(person)];
    await person.choose(person.texts.say("door_register"));
    found.push(...await violations(person));
    await person.signIn("Prof", PASSWORD);
    const lea = await stage.guest("Léa");
    await lea.ask({ type: "report", id: 1, reason: "non", ref: "r" });
    for (const [screen, open] of Object.entries(SCREENS)) {
      await open(person);
      await person.frames();
      found.push(...(await violations(person)).map((each) => `${screen}: ${each}`));
    }
    assert.deepEqual(found, []);
  };
}

scenarios("a page is accessible", {
  "axe finds nothing on 22 screens, in English and light": inLook("en", "light"),
  "axe finds nothing on 22 screens, in English and dark": inLook("en", "dark"),
  "axe finds nothing on 22 screens, in French and light": inLook("fr", "light"),
  "axe finds nothing on 22 screens, in French and dark": inLook("fr", "dark"),

  async "a screen reader announces each new message once, and never the history"(stage) {
    await stage.serve({ limits: { messages_per_second: 0 } });
    const tom = await stage.guest("Tom");
    for (let i = 1; i <= 150; i++) await tom.send({ type: "message", content: `ancien ${i}` });
    await tom.sync();
    const lea = await stage.person();
    // Record everything that is written into the live region.
    await lea.page.evaluate(`globalThis.heard = [];
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) heard.push(node.textContent);
      }).observe(document.getElementById("announcer"), { childList: true, subtree: true })`);
    await lea.joinAs("Léa");
    await lea.sees("ancien 150");
    const about = "heard.filter((text) => text.includes(arg)).length";
    await tom.send({ type: "message", content: "bonjour Léa" });
    await lea.until(`${about} === 1`, "Tom: bonjour Léa");
    await lea.log.focus();
    await lea.page.keyboard.press("Home");
    await lea.sees(/ancien 1$/);
    await tom.send({ type: "message", content: "deuxième" });
    await lea.until(`${about} === 1`, "Tom: deuxième");
    // The user's own messages are not announced.
    await lea.say("de moi");
    for (let i = 1; i <= 10; i++) await tom.send({ type: "message", content: `rafale ${i}` });
    // A few messages are read, and larger numbers are counted. Each message is announced once.
    const told =
      "heard.reduce((sum, text) => sum + Number(/^(\\d+) new/.exec(text)?.[1] ?? text.includes('rafale')), 0)";
    await lea.until(`${told} === 10`);
    await lea.frames();
    assert.equal(await lea.page.evaluate(told), 10);
    const heard = await lea.page.evaluate<string[]>("heard");
    assert.deepEqual(heard.filter((text) => /ancien|de moi/.test(text)), []);
    assert.equal(heard.filter((text) => text.includes("bonjour Léa")).length, 1);
    assert.equal(await lea.log.getAttribute("aria-live"), "off");
  },
});
