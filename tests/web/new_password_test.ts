// Tests of accounts that must choose a password of their own: the page asks for it before it shows anything else.
import assert from "node:assert/strict";
import { requireNewPassword } from "../support/classes.ts";
import { Client } from "../support/client.ts";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";
import { assertFits, violations } from "./looks.ts";
import type { Person } from "./person.ts";

const DEV = { name: "#dev", topic: "Java", roles: [], accounts: [], readOnly: false };
const OWN = "un autre mot de passe";
/** A window of 320 pixels, in which the form is still whole. */
const NARROW = { viewport: { width: 320, height: 640 }, reducedMotion: "reduce" } as const;

/** Starts a server with the account Ada, whose password was given by an import with `--must-change`. */
async function serveAda(stage: Stage): Promise<number> {
  const { dataDir, port } = await stage.serve({ channel: [DEV] });
  await stage.accounts("member", "Ada");
  requireNewPassword(dataDir, "Ada");
  return port;
}

/** Fills the sign-in form, and waits for the form that asks for a new password. */
async function signIn(ada: Person, password = PASSWORD): Promise<void> {
  const { texts } = ada;
  await ada.choose(texts.say("door_account"));
  await ada.field(texts.say("door_name")).fill("Ada");
  await ada.field(texts.say("door_password")).fill(password);
  await ada.button(texts.say("door_sign_in")).click();
  await asks(ada);
}

async function asks(ada: Person): Promise<void> {
  await ada.page.getByRole("heading", { name: ada.texts.say("new_password_title") }).waitFor();
}

/** Types with the keyboard from the field that has the focus. `Tab` also passes the buttons that show a password. */
async function types(ada: Person, ...values: string[]): Promise<void> {
  for (const [at, value] of values.entries()) {
    if (at > 0) { for (let tabs = 0; tabs < 2; tabs++) await ada.page.keyboard.press("Tab"); }
    await ada.page.keyboard.press("Control+a");
    await ada.page.keyboard.type(value);
  }
  await ada.page.keyboard.press("Enter");
}

async function hasFocus(ada: Person, label: string): Promise<void> {
  await ada.until("document.activeElement?.labels?.[0]?.textContent === arg", label);
}

async function tokenOf({ page }: Person): Promise<string | undefined> {
  const kept = await page.evaluate<string>(
    "Object.values({ ...localStorage, ...sessionStorage }).join()",
  );
  assert.ok(!kept.includes(PASSWORD) && !kept.includes(OWN), "the browser stores a password");
  return /[\w-]{43}/.exec(kept)?.[0];
}

scenarios("a user whose password was given chooses another one on a page", {
  async "before anything else of the chat, and a client of the line protocol beside it notices nothing"(
    stage,
  ) {
    const port = await serveAda(stage);
    const old = stage.use(await Client.connect(port));
    const login = { type: "login", username: "Ada", password: PASSWORD };
    assert.deepEqual(await old.ask(login), { type: "login", status: "ok", username: "Ada" });
    await old.ask({ type: "join", channel: "#dev", ref: "j" });
    const ada = await stage.person({ path: "/#/c/dev" });
    const { texts } = ada;
    await signIn(ada);
    await hasFocus(ada, texts.say("settings_password_new"));
    const bob = await stage.guest("Bob");
    await bob.ask({ type: "join", channel: "#dev", ref: "j" });
    await bob.send({ type: "message", channel: "#dev", content: "pendant le formulaire" });
    await bob.send({ type: "message", subtype: "private", to: "Ada", content: "en privé" });
    await old.find(({ content }) => content === "en privé");
    await ada.frames();
    assert.doesNotMatch(await ada.page.locator("body").innerText(), /Bob|formulaire|privé|#dev/);
    assert.equal(await ada.page.title(), texts.say("app"));
    assert.equal(await ada.field(texts.say("settings_password_old")).count(), 0);
    const before = await tokenOf(ada);

    await types(ada, OWN, `${OWN}s`);
    await ada.page.getByText(texts.say("new_password_differs")).waitFor();
    await hasFocus(ada, texts.say("new_password_again"));
    await ada.page.keyboard.press("Shift+Tab");
    await ada.page.keyboard.press("Shift+Tab");
    await types(ada, PASSWORD, PASSWORD);
    await ada.page.getByText(texts.say("error_same_password")).waitFor();
    await hasFocus(ada, texts.say("settings_password_new"));
    await types(ada, OWN, OWN);

    await ada.sees("pendant le formulaire");
    assert.equal(new URL(ada.page.url()).hash, "#/c/dev");
    await ada.until("document.activeElement === document.querySelector('textarea')");
    const after = await tokenOf(ada);
    assert.ok(after !== undefined && after !== before);
    await ada.page.reload();
    await ada.sees("pendant le formulaire");
    const again = stage.use(await Client.connect(port));
    assert.equal((await again.ask(login))["code"], "login_failed");
    assert.equal((await again.ask({ ...login, password: OWN }))["status"], "ok");
  },

  async "also after a reload, with the current password, and then stays signed in on the device"(
    stage,
  ) {
    await serveAda(stage);
    const ada = await stage.person({ language: "fr" });
    const { texts } = ada;
    await ada.choose(texts.say("door_account"));
    await ada.page.getByRole("checkbox", { name: texts.say("door_stay") }).check();
    await signIn(ada);
    await ada.page.reload();
    await asks(ada);
    await hasFocus(ada, texts.say("settings_password_old"));
    await types(ada, "faux", OWN, OWN);
    await ada.page.getByText(texts.say("error_old_password")).waitFor();
    await hasFocus(ada, texts.say("settings_password_old"));
    const other = await stage.tab(ada);
    await asks(other);
    await ada.page.bringToFront();
    await types(ada, PASSWORD, OWN, OWN);
    await ada.isIn();
    // The change has ended the session of the other tab, and the new session stays on the device.
    await other.page.getByText(texts.say("door_reason_expired")).waitFor();
    await ada.page.reload();
    await ada.isIn();
    await other.page.reload();
    await other.isIn();
  },

  async "or signs out, and the given password still asks for another one"(stage) {
    await serveAda(stage);
    const ada = await stage.person();
    await signIn(ada);
    await ada.button(ada.texts.say("settings_sign_out")).click();
    await ada.page.getByText(ada.texts.say("door_reason_signed_out")).waitFor();
    assert.equal(await tokenOf(ada), undefined);
    await signIn(ada);
  },

  async "in a form that axe accepts and that fits 320 pixels, in both themes and languages"(stage) {
    await serveAda(stage);
    for (const [language, colorScheme] of [["en", "light"], ["fr", "dark"]] as const) {
      const ada = await stage.person({ language, browser: { ...NARROW, colorScheme } });
      await signIn(ada);
      await assertFits(ada, language);
      assert.deepEqual(await violations(ada), []);
      await ada.page.reload();
      await asks(ada);
      await types(ada, "faux", OWN, OWN);
      await ada.page.getByText(ada.texts.say("error_old_password")).waitFor();
      await assertFits(ada, language);
      assert.deepEqual(await violations(ada), []);
    }
  },
});
