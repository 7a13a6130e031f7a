// Tests of the section auth.ldap: how it is read, and which settings are refused.
import assert from "node:assert/strict";
import { ConfigError } from "../../../lib/ops/config/config_error.ts";
import { isOnThisMachine, readMapping, readServer } from "../../../lib/ops/config/ldap_section.ts";
import { loadConfig } from "../../../lib/ops/config/load.ts";

function load(toml: string, environment: Record<string, string> = {}) {
  return loadConfig({
    flags: new Map([["--config", "/c.toml"]]),
    environment,
    readFile: () => toml,
  });
}

function problems(toml: string): readonly string[] {
  try {
    load(toml);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const GOOD = `base = "dc=x"\n`;

Deno.test("the section auth.ldap is read beside auth, from the file and from the environment", () => {
  const { config, source } = load(
    `[auth]\nguests = false\n[auth.ldap]\nservers = ["ldaps://dc1"]\n${GOOD}roles = ["admin: cn=a,dc=x"]\n`,
    {
      CLASSCORD_AUTH_LDAP_GROUPS: "2SLAM: cn=a,dc=x; Profs:cn=b,dc=x",
      CLASSCORD_AUTH_LDAP_CONNECTIONS: "3",
    },
  );
  assert.equal(config.auth.guests, false);
  const ldap = config["auth.ldap"];
  assert.deepEqual(ldap.servers, ["ldaps://dc1"]);
  assert.deepEqual(ldap.groups, ["2SLAM: cn=a,dc=x", "Profs:cn=b,dc=x"]);
  assert.deepEqual([ldap.connections, ldap.cache_hours, ldap.start_tls], [3, 0, true]);
  assert.equal(source("auth.ldap", "groups"), "CLASSCORD_AUTH_LDAP_GROUPS");
});

Deno.test("mistakes in auth.ldap are named with their place", () => {
  const at = (lines: string) => problems(`[auth.ldap]\n${lines}`);
  assert.match(at(`server = ["ldap://x"]`)[0]!, /auth\.ldap\.server: .* Did you mean servers\?/);
  assert.match(
    problems("[auth]\nldap = 1")[0]!,
    /auth\.ldap: expected a table \[auth\.ldap\], got/,
  );
  const wrong = [
    'servers = ["http://x"]',
    'servers = ["ldap://"]',
    'servers = ["ldap://a b"]',
    'servers = ["ldap://user@x"]',
    'servers = ["ldap://x/dc=x"]',
    'servers = ["ldap://x:99999"]',
    'roles = ["teacher: cn=x"]',
    'roles = ["admin"]',
    'roles = ["admin: teachers"]',
    'groups = ["a#b: cn=x"]',
    'filter = "uid=ada"',
    'name_attribute = "uid)(x"',
    "cache_hours = 25",
    "timeout_seconds = 0",
  ];
  for (const line of wrong) assert.match(at(line)[0]!, /auth\.ldap\.\w+: expected /, line);
});

Deno.test("passwords are sent in plaintext to this machine only", () => {
  const at = (servers: string, more = "") =>
    problems(`[auth.ldap]\nservers = [${servers}]\n${GOOD}${more}`);
  const clear = "start_tls = false\n";
  for (const url of ["ldap://127.0.0.1", "ldap://localhost", "ldap://[::1]", "ldaps://dc1"]) {
    assert.deepEqual(at(`"${url}"`, clear), [], url);
  }
  for (
    const url of [
      "ldap://10.0.0.1",
      "ldap://dc1.school.example",
      "ldap://0.0.0.0",
      "ldap://localhost.evil.example",
    ]
  ) {
    assert.match(at(`"ldap://127.0.0.1", "${url}"`, clear)[0]!, /start_tls: expected true/, url);
    assert.deepEqual(at(`"${url}"`), [], url);
  }
  assert.match(
    problems('[auth.ldap]\nservers = ["ldaps://dc1"]')[0]!,
    /auth\.ldap\.base: expected/,
  );
  assert.match(
    at('"ldaps://dc1"', 'bind_dn = "cn=a"\n')[0]!,
    /bind_password_file: expected a path/,
  );
});

Deno.test("addresses of servers and what groups give are read", () => {
  assert.deepEqual(readServer("ldap://dc1"), { host: "dc1", port: 389, isSecure: false });
  assert.deepEqual(readServer("ldaps://[2001:db8::1]"), {
    host: "2001:db8::1",
    port: 636,
    isSecure: true,
  });
  assert.equal(readServer("ldap://dc1:80")?.port, 80);
  assert.ok(isOnThisMachine(readServer("ldap://127.3.2.1")!));
  assert.deepEqual(readMapping(" Salle : cn=a:b,dc=x "), { gives: "Salle", dn: "cn=a:b,dc=x" });
  assert.equal(readMapping(": cn=a"), undefined);
});
