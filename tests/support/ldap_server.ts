// Runs a chat server that uses the directory of a test.
import assert from "node:assert/strict";
import { Desk } from "../../lib/ldap/desk.ts";
import { type Config, defaultConfig } from "../../lib/ops/config/schema.ts";
import { DirectoryCheck } from "../../lib/server/directory/check.ts";
import { directorySettings } from "../../lib/server/directory/open.ts";
import { Client, type Line } from "./client.ts";
import { DESK_CLOCK } from "./ldap_settings.ts";
import { type Overrides, startTestServer, type TestServer } from "./server.ts";
import { BASE, SEARCHER, type Slapd } from "./slapd.ts";

/** Returns the settings for a directory, and writes the file with the password of the account that searches. */
export async function ldapSection(
  slapd: Pick<Slapd, "url" | "ca" | "path">,
  changes: Partial<Config["auth.ldap"]> = {},
): Promise<Partial<Config["auth.ldap"]>> {
  const secret = `${slapd.path}/secret`;
  await Deno.writeTextFile(secret, `${SEARCHER.password}\n`, { mode: 0o600 });
  return {
    servers: [slapd.url],
    ca: slapd.ca,
    bind_dn: SEARCHER.dn,
    bind_password_file: secret,
    base: BASE,
    filter: "(objectClass=inetOrgPerson)",
    ...changes,
  };
}

/** Starts a server with the directory. */
export async function startWithDirectory(
  slapd: Slapd,
  changes: Partial<Config["auth.ldap"]> = {},
  overrides: Overrides = {},
): Promise<TestServer> {
  return await startTestServer({ "auth.ldap": await ldapSection(slapd, changes), ...overrides });
}

/** Logs in over a connection of its own. @returns The reply. */
export async function tryLogin(port: number, username: string, password: string): Promise<Line> {
  await using client = await Client.connect(port);
  return await client.ask({ type: "login", username, password });
}

/** Returns the code of a reply, or `ok`. */
export async function outcome(port: number, username: string, password: string): Promise<unknown> {
  const { code, status } = await tryLogin(port, username, password);
  return code ?? status;
}

/** Runs the check of a server now, as the server does every some minutes. */
export async function checkNow(
  slapd: Slapd,
  server: TestServer,
  changes: object = {},
): Promise<void> {
  const config = { ...defaultConfig()["auth.ldap"], ...await ldapSection(slapd, changes) };
  const settings = await directorySettings({ ...defaultConfig(), "auth.ldap": config });
  const desk = new Desk({ settings, clock: DESK_CLOCK });
  const reports: string[] = [];
  const { services } = server.running;
  const report = (text: string) => reports.push(text);
  const failed = (error: unknown) => assert.fail(String(error));
  await new DirectoryCheck({ services, desk, report, failed }).run();
  await desk.close();
  assert.deepEqual(reports, []);
}
