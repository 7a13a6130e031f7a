// The administration of a school in Chromium, for the scenarios about it.
import type { Locator } from "playwright-core";
import { writeCertificate } from "../support/certificate.ts";
import { Client } from "../support/client.ts";
import { PASSWORD, type Stage } from "./browser.ts";
import type { Person } from "./person.ts";

const DEV = { name: "#dev", topic: "", roles: [], accounts: [], readOnly: false };

/** Starts a server with TLS, an admin and some members. */
export async function school(stage: Stage, ...members: string[]): Promise<string> {
  const { cert, key } = await writeCertificate(await stage.directory());
  const server = await stage.serve({ tls: { cert, key }, channel: [DEV] });
  await stage.accounts("admin", "Ada");
  await stage.accounts("member", ...members);
  return `https://127.0.0.1:${server.running.tls!.port}/`;
}

/** Opens the administration of an admin over TLS. */
export async function office(stage: Stage, url: string): Promise<Person> {
  const ada = await stage.person({ url, browser: { ignoreHTTPSErrors: true } });
  await ada.signIn("Ada", PASSWORD);
  await ada.button(ada.texts.say("menu", { name: "Ada" })).click();
  await ada.page.getByRole("menuitem", { name: ada.texts.say("menu_admin") }).click();
  await row(ada, "Ada").waitFor();
  return ada;
}

/** Returns the row of an account or a group. */
export function row({ page }: Person, name: string): Locator {
  return page.locator(".admin-list > li").filter({
    has: page.locator(".admin-name bdi", { hasText: new RegExp(`^${name}$`) }),
  });
}

/** Clicks a button that asks, and then the button that acts. */
export async function confirm(within: Locator, label: string): Promise<void> {
  await within.getByRole("button", { name: label, exact: true }).click();
  await within.locator(".admin-confirm .danger").click();
}

/** Returns the passwords that are shown, by name. */
export async function passwords({ page }: Person): Promise<Record<string, string>> {
  const rows = await page.locator(".hand-out tbody tr").all();
  return Object.fromEntries(
    await Promise.all(rows.map(async (each) => [
      await each.locator("th").innerText(),
      await each.locator("code").innerText(),
    ])),
  );
}

/** Removes the passwords from the page. */
export async function handedOut(person: Person): Promise<void> {
  const list = person.page.locator(".hand-out");
  await confirm(list, person.texts.say("adm_slips_done"));
  await list.waitFor({ state: "detached" });
}

/** Logs in over the line protocol, and returns the reply. */
export async function logIn(stage: Stage, username: string, password: string): Promise<unknown> {
  await using client = await Client.connect(stage.server.port);
  const reply = await client.ask({ type: "login", username, password });
  return reply["status"] ?? reply["code"];
}

/** Opens a section of the administration. */
export async function section(
  person: Person,
  name: "accounts" | "groups" | "import" | "invitations",
) {
  await person.page.getByRole("link", { name: person.texts.say(`adm_section_${name}`) }).click();
}
