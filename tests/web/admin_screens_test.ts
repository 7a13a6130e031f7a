// How the administration looks: accessibility in both themes and languages, and screens of 320 pixels.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeCertificate } from "../support/certificate.ts";
import { PASSWORD, type Scenario, scenarios, type Stage } from "./browser.ts";
import { assertFits, unfilled, violations } from "./looks.ts";
import type { Person } from "./person.ts";

const LONG = "Jean-Baptiste-Emmanuel de la Tour d'Auvergne-Lauraguais";
const LIST = `login;role;classe;couleur\n${LONG} II;prof;2SLAM;vert\nBob;;2SLAM;\n`;

async function office(stage: Stage, person: Parameters<Stage["person"]>[0]): Promise<Person> {
  const { cert, key } = await writeCertificate(await stage.directory());
  const server = await stage.serve({ tls: { cert, key } });
  await stage.accounts("admin", "Ada");
  await stage.accounts("member", "Bob", LONG);
  const ada = await stage.person({
    ...person,
    url: `https://127.0.0.1:${server.running.tls!.port}/`,
    browser: { ...person?.browser, ignoreHTTPSErrors: true },
  });
  return await ada.signIn("Ada", PASSWORD);
}

async function at({ page }: Person, section: string): Promise<void> {
  await page.evaluate(`location.hash = "#/admin/${section}"`);
  await page.locator(`.admin-tabs [aria-current][href$=${section}]`).waitFor();
}

async function importList({ page }: Person, name: string, text: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(text),
  });
}

/** The screens, in the order in which an admin opens them. */
const SCREENS: Readonly<Record<string, (person: Person) => Promise<unknown>>> = {
  "the accounts": async (person) => {
    await at(person, "accounts");
    await person.page.locator(".admin-name").first().waitFor();
  },
  "one account, several accounts and a question": async ({ page, texts }) => {
    await page.locator("summary").first().click();
    await page.locator(".admin-name", { hasText: LONG }).click();
    for (const key of ["adm_password_new", "adm_sessions"] as const) {
      await page.locator("summary", { hasText: texts.say(key) }).click();
    }
    await page.getByText(texts.say("adm_sessions_none")).waitFor();
    await page.getByLabel(texts.say("adm_all")).check();
    await page.locator(".admin-several").getByRole("button", {
      name: texts.say("adm_password_several"),
    }).click();
    await page.locator(".admin-confirm").waitFor();
  },
  "problems of a list": async (person) => {
    await at(person, "import");
    await importList(person, "classe.csv", `login\n${"x#".repeat(100)}\n`);
    await person.page.locator(".admin-report.error").waitFor();
  },
  "the plan of a list": async (person) => {
    await person.page.locator("summary").last().click();
    await importList(person, "classe.csv", LIST);
    await person.page.locator("tbody tr").nth(1).waitFor();
  },
  "passwords to hand out": async ({ page, texts }) => {
    await page.getByRole("button", { name: texts.say("adm_import_do") }).click();
    await page.locator(".hand-out").waitFor();
  },
  "a group": async (person) => {
    await at(person, "groups");
    await person.page.locator(".admin-name").first().click();
    await person.page.locator(".admin-members li").first().waitFor();
  },
  "the invitations": async (person) => {
    await at(person, "invitations");
    const { page, texts } = person;
    await person.button(texts.say("adm_registration_open")).click();
    await page.locator("li.admin-bar").waitFor();
    await person.button(texts.say("adm_invite_create")).click();
    await page.getByRole("dialog").locator("svg.qr path").waitFor();
  },
  "an invitation in the list": async ({ page }) => {
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  },
};

function inLook(language: "en" | "fr", colorScheme: "light" | "dark"): Scenario {
  return async (stage) => {
    const browser = { colorScheme, reducedMotion: "reduce" } as const;
    const person = await office(stage, { language, browser });
    const found: string[] = [];
    for (const [screen, open] of Object.entries(SCREENS)) {
      await open(person);
      await person.frames();
      found.push(...(await violations(person)).map((each) => `${screen}: ${each}`));
      found.push(...(await unfilled(person)).map((each) => `${screen}: ${each}`));
    }
    assert.deepEqual(found, []);
  };
}

scenarios("the look of the administration", {
  "axe finds nothing, in English and light": inLook("en", "light"),
  "axe finds nothing, in English and dark": inLook("en", "dark"),
  "axe finds nothing, in French and light": inLook("fr", "light"),
  "axe finds nothing, in French and dark": inLook("fr", "dark"),

  async "with a width of 320 pixels and double text size, nothing is wider than the page"(stage) {
    const person = await office(stage, {
      language: "fr",
      browser: { viewport: { width: 320, height: 568 } },
    });
    await person.page.evaluate("location.hash = '#/settings'");
    await person.choose("200 %");
    await person.until("document.documentElement.dataset.size === '200'");
    for (const [screen, open] of Object.entries(SCREENS)) {
      await open(person);
      await person.frames();
      await assertFits(person, screen);
    }
  },
});
