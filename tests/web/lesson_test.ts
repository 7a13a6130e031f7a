// A lesson: unread counts on two devices, a teacher who moderates, and a teacher who uses only the keyboard.
import assert from "node:assert/strict";
import { PASSWORD, scenarios } from "./browser.ts";
import type { Person } from "./person.ts";

/** Returns the unread count beside a conversation, or 0. */
const COUNT = `Number([...document.querySelectorAll(".room")]
  .find(({ textContent }) => textContent.includes(arg))?.querySelector(".count span")?.textContent ?? 0)`;

scenarios("a lesson", {
  async "messages that were read on one device are no longer unread on the other"(stage) {
    await stage.serve({
      channel: [{ name: "#dev", topic: "", roles: [], accounts: [], readOnly: false }],
    });
    await stage.accounts("member", "Ada");
    const desk = await stage.person();
    const phone = await stage.person();
    for (const device of [desk, phone]) await device.signIn("Ada", PASSWORD);
    await phone.page.goto(`${phone.page.url().split("#")[0]}#/settings`);
    await desk.page.goto(`${desk.page.url().split("#")[0]}#/settings`);
    const bob = await stage.guest("Bob");
    for (const content of ["un", "deux", "trois"]) await bob.send({ type: "message", content });
    for (const device of [desk, phone]) await device.until(`${COUNT} === 3`, "général");
    await desk.open("#général");
    await desk.sees("trois");
    await desk.until(`${COUNT} === 0`, "général");
    await phone.until(`${COUNT} === 0`, "général");
    await bob.send({ type: "message", subtype: "private", to: "Ada", content: "pour toi" });
    await phone.until(`${COUNT} === 1`, "Bob");
    await phone.page.reload();
    await phone.until(`document.querySelectorAll(".room").length === 2`);
    await phone.until(`${COUNT} === 1`, "Bob");
  },

  async "a teacher mutes a pupil, who sees the reason and the end of the mute, and deletes a message"(
    stage,
  ) {
    await stage.serve();
    await stage.accounts("moderator", "Prof");
    const prof = await stage.person();
    await prof.signIn("Prof", PASSWORD);
    const tom = await stage.person();
    await tom.joinAs("Tom");
    await tom.say("une grossièreté");
    await prof.sees("une grossièreté");

    await prof.messages("une grossièreté").hover();
    await prof.button(prof.texts.say("act_delete")).click();
    const dialog = prof.page.getByRole("dialog");
    await dialog.getByRole("button", { name: prof.texts.say("act_delete") }).click();
    for (const person of [prof, tom]) {
      await person.sees(person.texts.say("message_deleted"));
      assert.equal(await person.messages("une grossièreté").count(), 0);
    }
    await tom.page.reload();
    await tom.isIn();
    assert.equal(await tom.page.getByText("une grossièreté").count(), 0);

    await prof.page.getByRole("button", { name: "Tom" }).first().click();
    await dialog.getByRole("button", { name: prof.texts.say("mod_mute") }).click();
    await prof.choose(prof.texts.count("mod_minutes", 5));
    await dialog.getByLabel(new RegExp(prof.texts.say("mod_reason"))).fill("restons polis");
    await dialog.getByRole("button", { name: prof.texts.say("mod_mute") }).last().click();
    const silenced = tom.page.locator(".composer.silenced");
    await silenced.waitFor();
    assert.match(await silenced.innerText(), /muted you until \d+:\d\d/);
    await tom.page.getByText("restons polis").first().waitFor();
    assert.equal(await tom.box.count(), 0);

    await prof.page.getByRole("button", { name: "Tom" }).first().click();
    await dialog.getByText(/muted until/).waitFor();
    await dialog.getByRole("button", { name: prof.texts.say("mod_unmute") }).click();
    await tom.box.waitFor();
    await tom.say("pardon");
    await prof.sees("pardon");
  },

  async "a banned pupil is told so, and the page stops connecting"(stage) {
    await stage.serve();
    await stage.accounts("moderator", "Prof");
    const prof = await stage.member("Prof");
    const tom = await stage.person();
    await tom.joinAs("Tom");
    await prof.ask({ type: "ban", user: "Tom", reason: "assez", ref: "b" });
    await tom.page.getByText(tom.texts.say("strip_off_banned")).waitFor();
  },

  async "everything works with the keyboard alone: sign in, write, reply, delete, mute"(stage) {
    await stage.serve();
    await stage.accounts("moderator", "Prof");
    const tom = await stage.guest("Tom");
    await tom.send({ type: "message", content: "quelle heure est-il ?" });
    const prof = await stage.person();
    const { keyboard } = prof.page;
    await prof.field(prof.texts.say("door_name")).waitFor();
    // Move to the choice of sign-in methods, and select the second one.
    await focusBy(prof, "Shift+Tab", "input[type=radio]");
    await keyboard.press("ArrowRight");
    await focusBy(prof, "Tab", "input[autocomplete=username]");
    await keyboard.type("Prof");
    await focusBy(prof, "Tab", "input[type=password]");
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await prof.isIn();
    await focusBy(prof, "F6", "textarea");
    await keyboard.type("Bonjour la classe");
    await keyboard.press("Enter");
    await prof.sees("Bonjour la classe");

    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowUp");
    await prof.until("document.activeElement.textContent.includes(arg)", "quelle heure est-il");
    await keyboard.press("r");
    await prof.until("document.activeElement.matches('textarea')");
    await keyboard.type("midi");
    await keyboard.press("Enter");
    await prof.messages("midi").filter({ hasText: "quelle heure" }).waitFor();

    await tom.send({ type: "message", content: "bof" });
    await prof.sees("bof");
    await keyboard.press("ArrowUp");
    await prof.until("document.activeElement.textContent.includes(arg)", "bof");
    await keyboard.press("Delete");
    await focusBy(prof, "Tab", "dialog button[type=submit]");
    await keyboard.press("Enter");
    await prof.sees(prof.texts.say("message_deleted"));

    await focusBy(prof, "F6", ".people *");
    await prof.until("document.activeElement.closest('.people') !== null");
    await focusByText(prof, "Tab", "Tom");
    await keyboard.press("Enter");
    await focusByText(prof, "Tab", prof.texts.say("mod_mute"));
    await keyboard.press("Space");
    await focusBy(prof, "Tab", "dialog .moderate button[type=submit]");
    await keyboard.press("Enter");
    const notice = await tom.find(({ content }) => /mute|muet/i.test(String(content)));
    assert.ok(notice);
    await keyboard.press("Control+k");
    await prof.page.getByRole("combobox").waitFor();
    await keyboard.press("Escape");
    await prof.page.getByRole("combobox").waitFor({ state: "detached" });
  },
});

/** Presses a key until an element has the focus, at most 60 times. */
async function focusBy(person: Person, key: string, selector: string): Promise<void> {
  await focusUntil(person, key, `document.activeElement.matches(${JSON.stringify(selector)})`);
}

/** Presses a key until the element with the focus contains a text. */
async function focusByText(person: Person, key: string, text: string): Promise<void> {
  const here = `document.activeElement.textContent.includes(${JSON.stringify(text)})`;
  await focusUntil(person, key, `document.activeElement.matches("button, a, input") && ${here}`);
}

async function focusUntil(person: Person, key: string, condition: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await person.page.evaluate<boolean>(condition)) return;
    await person.page.keyboard.press(key);
  }
  assert.fail(`${key} never leads to: ${condition}`);
}
