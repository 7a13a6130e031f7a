// Runs the commands of docs/LDAP.md on a real OpenLDAP, and logs in with its settings.
import assert from "node:assert/strict";
import { withDirectory } from "../support/directory.ts";
import { outcome } from "../support/ldap_server.ts";
import { runCommand, ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";
import {
  adPerson,
  dnOf,
  group,
  MANAGER,
  NEEDS_SLAPD,
  person,
  type Slapd,
  startSlapd,
} from "../support/slapd.ts";

const page = await Deno.readTextFile(new URL("../../docs/LDAP.md", import.meta.url));
const SECRET = "change-me";
const needs = {
  ...NEEDS_SLAPD,
  programs: [...NEEDS_SLAPD.programs, "ldapsearch", "install", "sh"],
};

/** The blocks of the page in a language, in order. */
function blocks(language: string): string[] {
  return [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .filter(([, found]) => found === language).map(([, , text]) => text!);
}

/** The command of the page that begins with a word, and what it prints. */
function command(word: string, nth = 0): { line: string; output: string[] } {
  const found = blocks("").map((text) => text.trimEnd().split("\n"))
    .filter(([line]) => line!.replace("$ sudo ", "$ ").startsWith(`$ ${word}`))[nth];
  assert.ok(found !== undefined, word);
  const [line, ...output] = found;
  return { line: line!.replace(/^\$ (sudo )?/, ""), output };
}

/** Runs a command of the page in a shell, on the directory of the test. */
async function run(slapd: Slapd, line: string, input: string): Promise<string> {
  const here = line
    .replace(
      /ldaps?:\/\/(ldap|dc1)\.school\.example/,
      (url) => url.startsWith("ldaps") ? slapd.secureUrl : slapd.url,
    )
    .replace("-o classcord -g classcord ", "")
    .replaceAll("/etc/classcord/", `${slapd.path}/`)
    .replace(" -W", ` -y ${slapd.path}/typed`);
  await Deno.writeTextFile(`${slapd.path}/typed`, input);
  const child = new Deno.Command("sh", {
    args: ["-c", here],
    cwd: slapd.path,
    env: { LDAPTLS_CACERT: slapd.ca },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Response(`${input}\n`).body!.pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  assert.ok(success, `${here}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Writes the settings of the page, for the directory of the test. */
async function configure(
  slapd: Slapd,
  toml: string,
  changes: Record<string, string> = {},
): Promise<string> {
  let text = toml
    .replace(/"ldap:\/\/[^"]+"/, `"${slapd.url}"`)
    .replace(/"ldaps:\/\/dc1[^"]*", "ldaps:\/\/dc2[^"]*"/, `"${slapd.secureUrl}"`)
    .replaceAll("/etc/classcord/ldap-ca.pem", slapd.ca)
    .replaceAll("/etc/classcord/", `${slapd.path}/`);
  for (const [from, to] of Object.entries(changes)) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
  }
  const path = `${slapd.path}/classcord.toml`;
  await Deno.writeTextFile(path, text);
  return path;
}

async function test(config: string, directory: string, ...args: string[]) {
  const words = ["ldap", "test", ...args, "--config", config, "--data-dir", directory];
  return await runCommand(words, "pw-ada\n");
}

testWith(
  needs,
  "the commands and the settings of the page for OpenLDAP work as it says",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }) + group("teachers", [dnOf("ada")]));
    await Deno.writeTextFile(`${slapd.path}/classcord.ldif`, blocks("ldif")[0]!);
    await run(slapd, command("ldapadd").line, MANAGER.password);
    await run(slapd, command("install").line, SECRET);
    assert.equal(Deno.statSync(`${slapd.path}/ldap.secret`).mode! & 0o777, 0o600);
    // A password in a file of ldapsearch has no line end.
    const found = await run(slapd, command("ldapsearch").line, SECRET);
    assert.match(found, /^uid: ada$/m);
    assert.match(found, /^entryUUID: \S+$/m);
    assert.match(found, /^memberOf: cn=teachers,/m);

    const config = await configure(slapd, blocks("toml")[0]!);
    await withDirectory(async (directory) => {
      const told = await test(config, directory, "ada");
      assert.equal(told.code, 0, told.stderr);
      const [, ...expected] = command("classcord ldap test").output;
      const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/;
      const plain = (lines: readonly string[]) =>
        lines.map((line) => line.replace(uuid, "UUID").replace(/^ldap:\S+:/, "SERVER:"));
      assert.deepEqual(plain(told.stdout.trimEnd().split("\n")), plain(expected));
      assert.doesNotMatch(told.stdout + told.stderr, /pw-ada|change-me/);

      await using server = await ServerProcess.start(directory, "--config", config);
      assert.equal(await outcome(server.port, "ada", "pw-ada"), "ok");
      const again = await test(config, directory, "ada", "--no-password");
      assert.match(again.stdout, /The account exists: ada, moderator\. The person can log in\.\n$/);
      const passwd = await runCommand(
        ["user", "passwd", "ada", "--data-dir", directory],
        "other\n",
      );
      assert.equal(passwd.code, 1);
      assert.match(
        passwd.stderr,
        /^The password is in the school's directory\. Change it there\. /,
      );
      const listed = await runCommand(["user", "list", "--data-dir", directory]);
      assert.match(listed.stdout, /^NAME +ROLE +SOURCE .*\nada +moderator +directory /);
    });
  },
);

testWith(
  needs,
  "the settings of the page for Active Directory find a person with its attributes",
  async () => {
    await using slapd = await startSlapd({ likeActiveDirectory: true });
    const guid = crypto.getRandomValues(new Uint8Array(16));
    const teachers = "CN=Teachers,OU=Groups,DC=school,DC=example";
    await slapd.add(
      blocks("ldif")[0]! + "\n" + adPerson({ name: "ada", guid, memberOf: [teachers] }),
    );
    await Deno.writeTextFile(`${slapd.path}/ldap.secret`, SECRET, { mode: 0o600 });
    // OpenLDAP binds with distinguished names only.
    const upn = "classcord@school.example";
    const dn = "cn=classcord,dc=school,dc=example";
    const search = command("ldapsearch", 1).line.replace(upn, dn);
    assert.match(await run(slapd, search, SECRET), /^memberOf: cn=Teachers,/mi);
    const [, toml] = blocks("toml") as [string, string];
    const config = await configure(slapd, toml, {
      [`"${upn}"`]: `"${dn}"`,
      "(objectCategory=person)": "",
    });
    await withDirectory(async (directory) => {
      const { code, stdout, stderr } = await test(config, directory, "ada");
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`with the objectGUID hex:${guid.toHex()}\\.`));
      assert.match(stdout, /^Role: moderator\. Groups: none\.$/m);
    });
  },
);

testWith(needs, "classcord ldap test says at which step a login fails", async () => {
  await using slapd = await startSlapd();
  await slapd.add(person({ uid: "ada" }) + blocks("ldif")[0]!);
  const secret = `${slapd.path}/ldap.secret`;
  await Deno.writeTextFile(secret, SECRET, { mode: 0o600 });
  const toml = blocks("toml")[0]!;
  await withDirectory(async (directory) => {
    const fails = async (
      expected: RegExp,
      changes: Record<string, string> = {},
      ...args: string[]
    ) => {
      const config = await configure(slapd, toml, changes);
      const { code, stdout, stderr } = await test(
        config,
        directory,
        ...(args.length ? args : ["ada"]),
      );
      assert.ok(code === 1 || code === 78, stdout);
      assert.match(stdout + stderr, expected);
      assert.doesNotMatch(stdout + stderr, /pw-ada|change-me/);
    };
    const base = 'base = "dc=school,dc=example"';
    await fails(/there is no entry dc=x \(auth\.ldap\.base\)/, { [base]: 'base = "dc=x"' });
    await fails(/TLS failed: .*UnknownIssuer/, { [`ca = "${slapd.ca}"`]: 'ca = ""' });
    await fails(/TLS failed: .*certificate not valid for name/, { "127.0.0.1": "127.0.0.2" });
    await fails(/refuses the account of auth\.ldap\.bind_dn/, { "cn=classcord": "cn=other" });
    await fails(/No entry was found\.\n[^]*could not log in/, {}, "nobody");
    await fails(/auth\.ldap\.filter: expected an LDAP filter/, {
      "(objectClass=inetOrgPerson)": "((uid=a)",
    });
    await fails(/expected certificates in PEM/, { [slapd.ca]: secret });
    await fails(/auth\.ldap\.roles: expected a distinguished name/, { "ou=groups": "groups" });
    await Deno.chmod(secret, 0o640);
    await fails(/expected the mode 0600, .* got 0640\. Run: chmod 600 /);
    await Deno.chmod(secret, 0o600);
    await runCommand(["user", "add", "ada", "--data-dir", directory], "local\n");
    await fails(/The name belongs to a local account\. Local accounts win/);
    const noServers = { [`servers = ["${slapd.url}"]`]: "servers = []" };
    await fails(/auth\.ldap\.servers: expected at least one server/, noServers);
    await fails(/Expected servers in auth\.ldap\.servers/, { ...noServers, [base]: "" });
  });
});
