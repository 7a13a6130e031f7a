// Runs a chat server that uses the directory of a test.
import type { Config } from "../../lib/ops/config/schema.ts";
import { Client, type Line } from "./client.ts";
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
