// The administration in the page: over TLS an admin does everything with it; everyone else sees none of it.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Locator } from "playwright-core";
import { writeCertificate } from "../support/certificate.ts";
import { Client } from "../support/client.ts";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";
import type { Person } from "./person.ts";

const DEV = { name: "#dev", topic: "", roles: [], accounts: [], readOnly: false };

/** Starts a server with TLS, an admin and some members. */
async function school(stage: Stage, ...members: string[]): Promise<string> {
  const { cert, key } = await writeCertificate(await stage.directory());
  const server = await stage.serve({ tls: { cert, key }, channel: [DEV] });
  await stage.accounts("admin", "Ada");
  await stage.accounts("member", ...members);
  return `https://127.0.0.1:${server.running.tls!.port}/`;
}

/** Opens the administration of an admin over TLS. */
async function office(stage: Stage, url: string): Promise<Person> {
  const ada = await stage.person({ url, browser: { ignoreHTTPSErrors: true } });
  await ada.signIn("Ada", PASSWORD);
  await ada.button(ada.texts.say("menu", { name: "Ada" })).click();
  await ada.page.getByRole("menuitem", { name: ada.texts.say("menu_admin") }).click();
  await row(ada, "Ada").waitFor();
  return ada;
}

/** Returns the row of an account or a group. */
function row({ page }: Person, name: string): Locator {
  return page.locator(".admin-list > li").filter({
    has: page.locator(".admin-name bdi", { hasText: new RegExp(`^${name}$`) }),
  });
}

/** Clicks a button that asks, and then the button that acts. */
async function confirm(person: Person, within: Locator, label: string): Promise<void> {
  await within.getByRole("button", { name: label, exact: true }).click();
  await within.locator(".admin-confirm .danger").click();
}

/** Returns the passwords that are shown, by name. */
async function passwords({ page }: Person): Promise<Record<string, string>> {
  const rows = await page.locator(".hand-out tbody tr").all();
  return Object.fromEntries(
    await Promise.all(rows.map(async (each) => [
      await each.locator("th").innerText(),
      await each.locator("code").innerText(),
    ])),
  );
}

/** Removes the passwords from the page. */
async function handedOut(person: Person): Promise<void> {
  const list = person.page.locator(".hand-out");
  await confirm(person, list, person.texts.say("adm_slips_done"));
  await list.waitFor({ state: "detached" });
}

/** Logs in over the line protocol, and returns the reply. */
async function logIn(stage: Stage, username: string, password: string): Promise<unknown> {
  await using client = await Client.connect(stage.server.port);
  const reply = await client.ask({ type: "login", username, password });
  return reply["status"] ?? reply["code"];
}

async function section(person: Person, name: "accounts" | "groups" | "import" | "invitations") {
  await person.page.getByRole("link", { name: person.texts.say(`adm_section_${name}`) }).click();
}

scenarios("the administration", {
  async "an admin creates accounts, hands their passwords out on slips, and changes several at once"(
    stage,
  ) {
    const ada = await office(stage, await school(stage, "Bob", "Zoé"));
    const { page, texts } = ada;
    await page.getByText(texts.say("adm_add"), { exact: true }).click();
    // So many that the page has to wait for the rate limit.
    const names = ["Léa Martin", "Tom", "Bob", ...Array.from({ length: 17 }, (_, at) => `e${at}`)];
    await ada.field(texts.say("adm_names")).fill(names.join("\n"));
    await ada.button(texts.count("adm_add_do", 20)).click();
    const report = page.locator(".admin-report").first();
    await report.getByText(texts.count("adm_batch", 20, { done: 19 })).waitFor();
    await report.getByText(texts.say("error_account_exists")).waitFor();
    const given = await passwords(ada);
    assert.deepEqual(Object.keys(given), names.filter((name) => name !== "Bob"));
    assert.equal(await logIn(stage, "Tom", given["Tom"]!), "ok");

    // Chromium without a screen prints nothing. The slips are there when the dialog opens.
    await page.evaluate(`globalThis.print = () => {
      const { shadowRoot } = document.querySelector(".print-host");
      globalThis.printed = shadowRoot.textContent;
      globalThis.slips = shadowRoot.querySelectorAll(".slip svg use").length;
      globalThis.slipWidth = getComputedStyle(shadowRoot.querySelector("svg[role=img]")).width;
      dispatchEvent(new Event("afterprint"));
    }`);
    await ada.field(texts.say("adm_slips_address")).fill("https://prof-pc:12346");
    await ada.button(texts.say("adm_slips_print")).click();
    const printed = await page.evaluate<string>("printed");
    for (const part of ["Léa Martin", given["Tom"]!, "https://prof-pc:12346"]) {
      assert.ok(printed.includes(part), part);
    }
    assert.equal(await page.evaluate("slips"), 19);
    assert.match(await page.evaluate<string>("slipWidth"), /^10[12]\./);
    assert.equal(await page.locator(".print-host").count(), 0);
    for (const kind of ["html", "csv"] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        ada.button(texts.say(`adm_slips_${kind}`)).click(),
      ]);
      assert.ok(download.suggestedFilename().endsWith(`.${kind}`));
      const saved = await Deno.readTextFile(await download.path());
      assert.ok(saved.includes(given["Tom"]!) && saved.includes("https://prof-pc:12346"), kind);
    }
    await section(ada, "groups");
    assert.deepEqual(await passwords(ada), given);
    await section(ada, "accounts");
    await handedOut(ada);
    assert.ok(!(await page.content()).includes(given["Tom"]!));

    await ada.field(texts.say("adm_find")).fill("tom");
    await page.getByLabel(texts.say("adm_all")).check();
    const several = page.locator(".admin-several");
    await confirm(ada, several, texts.say("adm_password_several"));
    await page.locator(".hand-out").waitFor();
    const fresh = await passwords(ada);
    assert.deepEqual(Object.keys(fresh), ["Tom"]);
    assert.equal(await logIn(stage, "Tom", given["Tom"]!), "login_failed");
    assert.equal(await logIn(stage, "Tom", fresh["Tom"]!), "ok");
    await handedOut(ada);
    await ada.field(texts.say("adm_find")).fill("");
    for (const name of ["Tom", "Zoé"]) {
      await page.getByLabel(texts.say("adm_select", { name }), { exact: true }).check();
    }
    await several.getByLabel(texts.say("adm_role")).selectOption("moderator");
    await confirm(ada, several, texts.say("adm_role_give"));
    await row(ada, "Zoé").getByText(texts.say("role_moderator")).waitFor();
    await row(ada, "Tom").getByText(texts.say("role_moderator")).waitFor();
  },

  async "an admin changes one account with the keyboard, and signs it out"(stage) {
    const url = await school(stage, "Bob");
    const bob = await stage.person();
    await bob.signIn("Bob", PASSWORD);
    const ada = await office(stage, url);
    const { page, texts } = ada;
    await row(ada, "Bob").locator(".admin-name").press("Enter");
    await row(ada, "Bob").getByText(texts.say("adm_sessions")).press("Enter");
    await row(ada, "Bob").getByRole("button", { name: texts.say("adm_sign_out"), exact: true })
      .press("Enter");
    await bob.isOut();
    await row(ada, "Bob").getByText(texts.say("adm_sessions_none")).waitFor();

    const disable = row(ada, "Bob").getByRole("button", { name: texts.say("adm_disable") });
    await disable.press("Enter");
    await ada.until("document.activeElement.textContent === arg", texts.say("cancel"));
    await page.keyboard.press("Escape");
    await ada.until("document.activeElement.textContent.trim() === arg", texts.say("adm_disable"));
    assert.equal(await logIn(stage, "Bob", PASSWORD), "ok");
    await page.keyboard.press("Enter");
    await ada.until("document.activeElement.textContent === arg", texts.say("cancel"));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await row(ada, "Bob").getByRole("button", { name: texts.say("adm_enable") }).press("Enter");
    await disable.waitFor();

    await row(ada, "Bob").getByText(texts.say("adm_password_new")).press("Enter");
    await row(ada, "Bob").getByLabel(texts.say("adm_password_typed")).fill("x");
    await confirm(ada, row(ada, "Bob"), texts.say("adm_password_set"));
    await row(ada, "Bob").getByText(texts.say("error_weak_password")).waitFor();
    assert.equal(await page.locator(".hand-out").count(), 0);
    await row(ada, "Bob").getByLabel(texts.say("adm_password_typed")).fill("neues-wort");
    await confirm(ada, row(ada, "Bob"), texts.say("adm_password_set"));
    await page.locator(".hand-out").waitFor();
    assert.equal(await logIn(stage, "Bob", "neues-wort"), "ok");
    await row(ada, "Ada").locator(".admin-name").click();
    await row(ada, "Ada").getByText(texts.say("adm_is_admin")).waitFor();
  },

  async "an admin creates a group, changes its members, renames and deletes it"(stage) {
    const ada = await office(stage, await school(stage, "Bob", "Zoé"));
    const { page, texts } = ada;
    await section(ada, "groups");
    await ada.field(texts.say("adm_group_new")).fill("Club");
    await ada.button(texts.say("adm_group_create")).click();
    const add = async (names: string) => {
      await ada.field(texts.say("adm_members_add")).fill(names);
      await ada.button(texts.say("adm_members_add_do")).click();
    };
    await add("Bob\nPersonne");
    await page.locator(".error", { hasText: "Personne" }).waitFor();
    await add("bob\nZoé");
    const members = page.getByRole("list", { name: texts.say("adm_members", { group: "Club" }) });
    await members.getByText("Zoé").waitFor();
    await row(ada, "Club").getByText(texts.count("adm_accounts_count", 2)).waitFor();
    await members.getByLabel("Zoé").check();
    await confirm(ada, row(ada, "Club"), texts.count("adm_remove", 1));
    await members.getByText("Zoé").waitFor({ state: "detached" });
    await page.locator("summary", { hasText: texts.say("adm_group_rename") }).click();
    await ada.field(texts.say("adm_group_name")).fill("Échecs");
    await ada.button(texts.say("adm_group_rename")).click();
    await row(ada, "Échecs").waitFor();
    await confirm(ada, row(ada, "Échecs"), texts.say("adm_group_delete"));
    await row(ada, "Échecs").waitFor({ state: "detached" });
  },

  async "an admin corrects a class list, imports it, and drops a shorter one"(stage) {
    const ada = await office(stage, await school(stage, "Bob"));
    const { page, texts } = ada;
    await section(ada, "import");
    const file = (name: string, text: string) => ({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(text),
    });
    const choose = (name: string, text: string) =>
      page.locator("input[type=file]").setInputFiles(file(name, text));
    await choose("2SLAM.csv", "couleur\nrouge\n");
    await page.locator(".admin-report.error").waitFor();
    await choose("2SLAM.csv", "login;rôle\nléa;roi\na#b;\n");
    const problems = page.locator(".admin-report.error li");
    await problems.nth(1).waitFor();
    assert.match(await problems.nth(0).innerText(), /^Line 2: .*roi/);
    assert.match(await problems.nth(1).innerText(), /^Line 3: .*a#b/);
    assert.equal(await ada.button(texts.say("adm_import_do")).count(), 0);

    await choose("2SLAM.csv", "login;rôle\nléa;\nBob;prof\nTom;\n");
    await page.locator(".admin-report tbody tr").nth(2).waitFor();
    await ada.button(texts.say("adm_import_do")).click();
    await page.getByText(texts.say("adm_import_done")).waitFor();
    const given = await passwords(ada);
    assert.deepEqual(Object.keys(given), ["léa", "Tom"]);
    assert.equal(await logIn(stage, "léa", given["léa"]!), "ok");
    await handedOut(ada);

    await page.locator("summary", { hasText: texts.say("adm_import_options") }).click();
    await page.getByLabel(texts.say("adm_import_disableMissing")).check();
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["login\\nBob\\n"], "2SLAM.csv", { type: "text/csv" }));
      document.querySelector(".admin-drop").dispatchEvent(
        new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    await page.getByText(texts.say("adm_change_disable")).first().waitFor();
    await confirm(ada, page.locator(".admin"), texts.say("adm_import_do"));
    await page.getByText(texts.say("adm_import_done")).waitFor();
    assert.equal(await logIn(stage, "Tom", given["Tom"]!), "login_failed");
    await section(ada, "groups");
    await row(ada, "2SLAM").getByText(texts.say("adm_class")).waitFor();
  },

  async "an admin shows an invitation, which a guest follows, revokes it, and opens registration"(
    stage,
  ) {
    const ada = await office(stage, await school(stage));
    const { page, texts } = ada;
    await section(ada, "invitations");
    await ada.field(texts.say("adm_invite_uses")).fill("0");
    await page.getByText(texts.say("adm_invite_uses_wrong", { max: 1000 })).waitFor();
    await ada.field(texts.say("adm_invite_uses")).fill("2");
    await ada.field(texts.say("adm_invite_channel")).selectOption("#dev");
    await ada.button(texts.say("adm_invite_create")).click();
    const large = page.getByRole("dialog");
    await large.locator("svg.qr path").waitFor();
    const code = await large.locator(".admin-code").innerText();
    assert.match(code, /^\w{3}-\w{3}-\w{3}$/);
    assert.ok((await large.locator(".address").innerText()).endsWith(`/j/${code}`));
    const zoe = await stage.person({ path: `/j/${code}` });
    await zoe.joinAs("Zoé");
    await zoe.page.getByPlaceholder(zoe.texts.say("composer", { room: "#dev" }))
      .waitFor();
    await page.keyboard.press("Escape");
    await large.waitFor({ state: "detached" });
    await confirm(ada, page.locator(".admin"), texts.say("adm_invite_revoke", { id: 1 }));
    await page.getByText(texts.say("adm_invite_revoked")).waitFor();
    assert.equal(await ada.button(texts.say("adm_invite_show", { id: 1 })).count(), 0);

    const open = ada.button(texts.say("adm_registration_open"));
    await ada.field(texts.say("adm_registration_where")).fill("ici");
    await open.click();
    await page.getByText(texts.say("error_network")).waitFor();
    await ada.field(texts.say("adm_registration_where")).fill("10.0.0.0/8");
    await open.click();
    await page.getByText(texts.say("adm_registration_network", { network: "10.0.0.0/8" }))
      .waitFor();
    await ada.button(texts.say("adm_registration_close")).click();
    await page.getByText("10.0.0.0/8", { exact: false }).and(page.locator("li p"))
      .waitFor({ state: "detached" });
  },

  async "over plain HTTP an admin is led to the secure page, and signs in there"(stage) {
    const url = await school(stage);
    const ada = await stage.person({ browser: { ignoreHTTPSErrors: true } });
    await ada.signIn("Ada", PASSWORD);
    await ada.page.evaluate("location.hash = '#/admin'");
    const link = ada.page.getByRole("link", { name: ada.texts.say("door_tls_link") });
    assert.equal(await link.getAttribute("href"), `${url}#/admin`);
    assert.equal(await ada.page.locator(".admin").count(), 0);
    await link.click();
    const { page, texts } = ada;
    await ada.choose(texts.say("door_account"));
    await ada.field(texts.say("door_name")).fill("Ada");
    await ada.field(texts.say("door_password")).fill(PASSWORD);
    await ada.button(texts.say("door_sign_in")).click();
    await row(ada, "Ada").waitFor();
    await page.reload();
    await row(ada, "Ada").waitFor();
  },

  async "nobody but an admin sees or loads any of it"(stage) {
    const url = await school(stage, "Bob");
    await stage.accounts("moderator", "Prof");
    for (const name of ["Bob", "Prof"]) {
      const person = await stage.person({ url, browser: { ignoreHTTPSErrors: true } });
      const loaded: string[] = [];
      person.page.on("request", (request) => loaded.push(request.url()));
      await person.signIn(name, PASSWORD);
      await person.page.evaluate("location.hash = '#/admin/accounts'");
      await person.until("location.hash.startsWith('#/c/')");
      await person.isIn();
      await person.button(person.texts.say("menu", { name })).click();
      await person.page.getByRole("menuitem", { name: person.texts.say("menu_settings") })
        .waitFor();
      const item = person.page.getByRole("menuitem", { name: person.texts.say("menu_admin") });
      assert.equal(await item.count(), 0);
      assert.deepEqual(loaded.filter((each) => /admin/.test(each)), []);
    }
  },
});
