// A lesson in the page: hands, "Listen to me", private messages, reports, the class list, attendance and export.
import assert from "node:assert/strict";
import { createClass, requireNewPassword } from "../support/classes.ts";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";
import type { Person } from "./person.ts";

/** Opens the page of the teacher. */
async function teacher(stage: Stage): Promise<Person> {
  await stage.accounts("moderator", "Prof");
  const prof = await stage.person();
  return await prof.signIn("Prof", PASSWORD);
}

/** Waits until the teacher sees hands in an order. */
async function seesHands(prof: Person, ...wanted: string[]): Promise<void> {
  const hands = `[...document.querySelectorAll(".hands .person")].map((row) =>
    row.querySelector(".place").textContent + " " + row.querySelector(".name").textContent).join()`;
  await prof.until(`${hands} === arg`, wanted.join());
  assert.equal(await prof.page.evaluate(hands), wanted.join());
}

scenarios("a lesson with the class panel", {
  async "three pupils raise hands, see their places, keep them over a reload, and are lowered one by one"(
    stage,
  ) {
    await stage.serve();
    const prof = await teacher(stage);
    const pupils = new Map<string, Person>();
    for (const name of ["Tom", "Léa", "Karim"]) {
      const pupil = await (await stage.person()).joinAs(name);
      pupils.set(name, pupil);
      assert.equal(await pupil.page.locator(".class-panel, .inspector").count(), 0);
      await pupil.button(pupil.texts.say("hand_raise")).click();
      const place = pupils.size;
      await pupil.button(pupil.texts.say("hand_lower", { place })).waitFor();
    }
    await seesHands(prof, "1 Tom", "2 Léa", "3 Karim");
    const lea = pupils.get("Léa")!;
    await lea.page.reload();
    await lea.isIn();
    await lea.button(lea.texts.say("hand_lower", { place: 2 })).waitFor();
    await seesHands(prof, "1 Tom", "2 Léa", "3 Karim");
    await prof.page.reload();
    await prof.isIn();
    await seesHands(prof, "1 Tom", "2 Léa", "3 Karim");

    await prof.button(prof.texts.say("hands_lower", { name: "Tom" })).click();
    await seesHands(prof, "1 Léa", "2 Karim");
    await pupils.get("Tom")!.button(lea.texts.say("hand_raise")).waitFor();
    await lea.button(lea.texts.say("hand_lower", { place: 1 })).waitFor();
    await lea.button(lea.texts.say("hand_lower", { place: 1 })).click();
    await lea.button(lea.texts.say("hand_raise")).waitFor();
    await seesHands(prof, "1 Karim");
    await prof.button(prof.texts.say("hands_lower_all")).click();
    await pupils.get("Karim")!.button(lea.texts.say("hand_raise")).waitFor();
    await seesHands(prof);
  },

  async "with 'Listen to me' only staff writes, pupils still raise hands, and a line by hand is rejected"(
    stage,
  ) {
    await stage.serve();
    const prof = await teacher(stage);
    const tom = await (await stage.person()).joinAs("Tom");
    const old = await stage.guest("Vieux");
    const listen = prof.page.locator(".tool", { hasText: prof.texts.say("tool_listen") });
    await listen.click();
    await prof.page.locator(".tool[aria-pressed=true]").waitFor();
    await tom.page.locator(".composer.silenced").waitFor();
    await tom.button(tom.texts.say("hand_raise")).click();
    await seesHands(prof, "1 Tom");
    await old.send({ type: "message", content: "quand même", ref: "1" });
    const refused = await old.find(({ ref }) => ref === "1");
    assert.equal(refused["reason"], "closed", JSON.stringify(refused));
    await prof.say("Écoutez bien");
    await tom.sees("Écoutez bien");
    await listen.click();
    await prof.page.locator(".tool[aria-pressed=false]").first().waitFor();
    await tom.say("merci");
    await prof.sees("merci");
  },

  async "the policy for private messages applies to open pages at once, and to lines by hand"(
    stage,
  ) {
    await stage.serve();
    const prof = await teacher(stage);
    const tom = await (await stage.person()).joinAs("Tom");
    const old = await stage.guest("Vieux");
    await tom.page.evaluate("location.hash = '#/p/Vieux'");
    await tom.say("entre nous");
    await old.find(({ content }) => content === "entre nous");
    await prof.choose(prof.texts.say("tool_private_staff"));
    await tom.page.getByText(tom.texts.say("composer_private_staff")).waitFor();
    const line = { type: "message", subtype: "private", content: "psst" };
    await old.send({ ...line, to: "Tom", ref: "1" });
    const refused = await old.find(({ ref }) => ref === "1");
    assert.deepEqual([refused["code"], refused["reason"]], ["forbidden", "private_staff"]);
    await old.send({ ...line, to: "Prof", ref: "2" });
    assert.equal((await old.find(({ ref }) => ref === "2"))["type"], "ack");
    await tom.page.evaluate("location.hash = '#/p/Prof'");
    await tom.say("une question");
    await prof.room("Tom").waitFor();
    await prof.choose(prof.texts.say("tool_private_none"));
    await tom.page.getByText(tom.texts.say("composer_private_none")).waitFor();
    await prof.page.reload();
    await prof.isIn();
    const chosen = prof.page.locator(".tools .choice label.chosen");
    assert.equal(await chosen.innerText(), prof.texts.say("tool_private_none"));
    await prof.choose(prof.texts.say("tool_private_all"));
    await tom.box.waitFor();
  },

  async "a pupil reports a message; staff reads the report, opens the message and marks it as done"(
    stage,
  ) {
    await stage.serve();
    const prof = await teacher(stage);
    const tom = await stage.guest("Tom");
    await tom.send({ type: "message", content: "une méchanceté" });
    const lea = await (await stage.person()).joinAs("Léa");
    await lea.messages("une méchanceté").hover();
    await lea.button(lea.texts.say("act_report")).click();
    const dialog = lea.page.getByRole("dialog");
    await dialog.getByLabel(/Reason/).fill("ça me vise");
    await dialog.getByRole("button", { name: lea.texts.say("report_do") }).click();
    await lea.page.getByText(lea.texts.say("report_done")).waitFor();
    const report = prof.page.locator(".reports li");
    await report.waitFor();
    assert.match(
      await report.innerText(),
      /Léa reports a message of Tom in #général[^]*ça me vise/,
    );
    await report.getByRole("button", { name: prof.texts.say("reports_show") }).click();
    await prof.page.locator("article.found", { hasText: "une méchanceté" }).waitFor();
    await report.getByRole("button", { name: prof.texts.say("reports_done") }).click();
    await report.waitFor({ state: "detached" });
    // A second report of the same message is rejected, and the dialog says so.
    await lea.messages("une méchanceté").hover();
    await lea.button(lea.texts.say("act_report")).click();
    await dialog.getByRole("button", { name: lea.texts.say("report_do") }).click();
    await dialog.getByRole("alert").or(lea.page.locator(".toast")).first().waitFor();
    assert.equal(await prof.page.locator(".reports li").count(), 0);
  },

  async "the list shows who of the class is here, absent, away or muted, and what was said last"(
    stage,
  ) {
    await stage.serve();
    await stage.accounts("member", "Ada", "Bob", "Chloé");
    const prof = await teacher(stage);
    createClass(stage.server.dataDir, "2SLAM", ["Ada", "Bob", "Chloé"]);
    await prof.page.reload();
    const count = (here: number) => prof.texts.say("class_count", { n: here, all: 3 });
    await prof.page.getByText(count(0)).waitFor();
    const row = (name: string) => prof.page.locator(".pupil", { hasText: name });
    const ada = await stage.member("Ada");
    await prof.page.getByText(count(1)).waitFor();
    await row("Chloé").locator("xpath=self::*[contains(@class, 'away')]").waitFor();
    await ada.send({ type: "message", content: "je suis là" });
    await row("Ada").locator(".last", { hasText: "je suis là" }).waitFor();
    await ada.ask({ type: "status", state: "away", ref: "s" });
    await row("Ada").getByText(prof.texts.say("state_away")).waitFor();
    await row("Ada").click();
    const dialog = prof.page.getByRole("dialog");
    await dialog.getByRole("button", { name: prof.texts.say("mod_mute") }).click();
    await dialog.getByRole("button", { name: prof.texts.say("mod_mute") }).last().click();
    await row("Ada").locator(".muted").waitFor();
    // Without a class, guests are listed too.
    await stage.guest("Zoé");
    await prof.page.getByLabel(prof.texts.say("class_list")).selectOption("*");
    await row("Zoé").waitFor();
    assert.equal(await row("Chloé").count(), 0);
    await prof.page.getByLabel(prof.texts.say("class_list")).selectOption("#");
    await row("Zoé").waitFor();
  },

  async "a pupil with a password from a list chooses a new one before anything else, and only on the page"(
    stage,
  ) {
    await stage.serve();
    await stage.accounts("member", "Ada");
    requireNewPassword(stage.server.dataDir, "Ada");
    await stage.member("Ada");
    const ada = await stage.person();
    await ada.choose(ada.texts.say("door_account"));
    await ada.field(ada.texts.say("door_name")).fill("Ada");
    await ada.field(ada.texts.say("door_password")).fill(PASSWORD);
    await ada.button(ada.texts.say("door_sign_in")).click();
    await ada.page.getByText(ada.texts.say("new_password_title")).waitFor();
    await ada.page.reload();
    await ada.page.getByText(ada.texts.say("new_password_title")).waitFor();
    assert.equal(await ada.log.count(), 0);
    await ada.field(ada.texts.say("settings_password_old")).fill(PASSWORD);
    await ada.field(ada.texts.say("settings_password_new")).fill("mon-mot-à-moi");
    await ada.button(ada.texts.say("settings_password")).click();
    await ada.isIn();
    await ada.page.reload();
    await ada.isIn();
  },

  async "attendance and the messages of a room are saved as files"(stage) {
    await stage.serve({ limits: { messages_per_second: 0 } });
    await stage.accounts("member", "Ada", "Bob");
    const prof = await teacher(stage);
    createClass(stage.server.dataDir, "2SLAM", ["Ada", "Bob"]);
    await prof.page.reload();
    const ada = await stage.member("Ada");
    for (let i = 1; i <= 450; i++) await ada.send({ type: "message", content: `ligne ${i}` });
    await ada.send({ type: "message", content: "=1+1" });
    await ada.sync();
    await prof.page.getByText(prof.texts.say("class_count", { n: 1, all: 2 })).waitFor();

    await prof.page.locator(".tool", { hasText: prof.texts.say("tool_attendance") }).click();
    await prof.button(prof.texts.say("att_show")).click();
    await prof.page.getByText(prof.texts.say("att_count", { here: 1, all: 2 })).waitFor();
    const csv = await saved(prof, () => prof.button(prof.texts.say("att_save")).click());
    assert.match(csv.name, /^Attendance-2SLAM-.*\.csv$/);
    assert.match(csv.text, /^\ufeffname,present,/);
    assert.match(csv.text, /\r\nAda,yes,\d{4}-.*\r\nBob,no,,,0,0\r\n$/);
    await prof.page.keyboard.press("Escape");

    await prof.page.locator(".tool", { hasText: prof.texts.say("tool_export") }).click();
    const start = () => prof.button(prof.texts.say("export_start")).click();
    const text = await saved(prof, start);
    assert.match(text.name, /^général-.*\.txt$/);
    const lines = text.text.split("\n").filter((line) => line.includes("Ada: "));
    assert.equal(lines.length, 451);
    assert.match(lines[0]!, /ligne 1$/);
    await prof.page.getByText(prof.texts.count("export_done", 451)).waitFor();
    await prof.choose(prof.texts.say("export_csv"));
    const again = prof.button(prof.texts.say("export_again"));
    const table = await saved(prof, () => again.click());
    assert.match(table.text, /,Ada,'=1\+1\r\n$/);
    assert.equal(table.text.split("\r\n").length, 453);
  },
});

/** Returns the file that the page saves. */
async function saved({ page }: Person, act: () => Promise<void>) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  const text = await Deno.readTextFile(await file.path());
  return { name: file.suggestedFilename(), text };
}
