// Tests of the configuration: precedence, checks, and the generated documents.
import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { exampleToml } from "../../../lib/ops/config/document.ts";
import { ConfigError } from "../../../lib/ops/config/config_error.ts";
import type { ConfigInputs } from "../../../lib/ops/config/inputs.ts";
import { replicasOf } from "../../../lib/ops/config/cluster_section.ts";
import { loadConfig } from "../../../lib/ops/config/load.ts";
import { allSettings, defaultConfig } from "../../../lib/ops/config/schema.ts";
import { GENERATED } from "../../../scripts/docs.ts";

interface Given {
  readonly file?: string;
  readonly environment?: Record<string, string>;
  readonly flags?: Record<string, string>;
}

function inputs({ file, environment = {}, flags = {} }: Given): ConfigInputs {
  const named = file === undefined ? {} : { "--config": "test.toml" };
  return {
    flags: new Map(Object.entries({ ...named, ...flags })),
    environment,
    readFile(path) {
      if (path === "test.toml" && file !== undefined) return file;
      throw new Deno.errors.NotFound(`no ${path}`);
    },
  };
}

function load(given: Given) {
  return loadConfig(inputs(given));
}

function problems(given: Given): readonly string[] {
  try {
    load(given);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  assert.fail("the configuration was accepted");
}

Deno.test("loadConfig returns the documented defaults if nothing is configured", () => {
  const { config, source, file } = load({});
  assert.deepEqual(config.server, { host: "0.0.0.0", port: 12345, language: "auto" });
  assert.deepEqual(config.metrics.port, 9091);
  assert.equal(config.log.file, "./data/classcord.log");
  assert.equal(source("server", "port"), "default");
  assert.equal(file, undefined);
});

Deno.test("the admin socket is in the runtime directory of systemd, or else in the data directory", () => {
  const socket = (given: Given) => load(given).config.admin.socket;
  assert.equal(socket({}), "./data/admin.sock");
  assert.equal(socket({ flags: { "--data-dir": "/srv" } }), "/srv/admin.sock");
  const environment = { RUNTIME_DIRECTORY: "/run/classcord:/run/other" };
  assert.equal(socket({ environment }), "/run/classcord/admin.sock");
  assert.equal(socket({ environment, file: "[admin]\nsocket = '/tmp/x'\n" }), "/tmp/x");
  assert.equal(socket({ environment, file: "[admin]\nsocket = ''\n" }), "");
});

Deno.test("loadConfig prefers flags to the environment, the environment to the file, and the file to the defaults", () => {
  const file = "[server]\nport = 1\nhost = '::'\n[store]\ndata_dir = '/srv/file'\n";
  const environment = { CLASSCORD_PORT: "2", CLASSCORD_STORE_DATA_DIR: "/srv/environment" };
  const { config, source } = load({ file, environment, flags: { "--port": "3" } });
  assert.deepEqual(config.server, { host: "::", port: 3, language: "auto" });
  assert.equal(config.store.data_dir, "/srv/environment");
  assert.equal(config.log.file, "/srv/environment/classcord.log");
  assert.equal(source("server", "port"), "--port");
  assert.equal(source("server", "host"), "test.toml");
  assert.equal(source("store", "data_dir"), "CLASSCORD_STORE_DATA_DIR");
});

Deno.test("loadConfig reads every type of value from the environment", () => {
  const { config } = load({
    environment: {
      CLASSCORD_AUTH_GUESTS: "false",
      CLASSCORD_LIMITS_BURST: "7",
      CLASSCORD_STORE_SYNCHRONOUS: "full",
      CLASSCORD_METRICS_SCRAPE_FROM: "10.0.0.0/8, ::1",
      CLASSCORD_LOG_FILE: "",
    },
  });
  assert.equal(config.auth.guests, false);
  assert.equal(config.limits.burst, 7);
  assert.equal(config.store.synchronous, "full");
  assert.deepEqual(config.metrics.scrape_from, ["10.0.0.0/8", "::1"]);
  assert.equal(config.log.file, "");
});

Deno.test("loadConfig reports all problems together, each with its place, what was expected and what was found", () => {
  const file = `
    speed = 3
    [server]
    prot = 1
    port = "12345"
    [limits]
    line_bytes = 3
    messages_per_second = 1.5
    [metrics]
    scrape_from = ["10.0.0.0/99"]
    [auth]
    guests = "maybe"
    password_min = 0
    [store]
    synchronous = "sometimes"`;
  const told = problems({ file, flags: { "--host": "not a host" } });
  const expected = [
    /^test\.toml: speed: expected one of the sections server, chat, limits.*, got "speed"\.$/,
    /^test\.toml: server\.prot: expected one of the keys host, port.*, got "prot"\. Did you mean port\?$/,
    /^test\.toml: server\.port: expected a whole number from 0 to 65535, got "12345"/,
    /^test\.toml: limits\.line_bytes: expected a whole number of bytes from 256 .*got 3/,
    /^test\.toml: limits\.messages_per_second: expected a whole number .*got 1\.5/,
    /^test\.toml: metrics\.scrape_from: expected a list of addresses .*got \["10\.0\.0\.0\/99"\]/,
    /^test\.toml: auth\.guests: expected true, false or "invite", got "maybe"/,
    /^test\.toml: auth\.password_min: expected .* from 1 to 256, got 0/,
    /^test\.toml: store\.synchronous: expected "normal" or "full", got "sometimes"/,
    /^--host: server\.host: expected an IP address or a host name, got "not a host"/,
  ];
  for (const pattern of expected) {
    assert.ok(told.some((problem) => pattern.test(problem)), `${pattern} in\n${told.join("\n")}`);
  }
  assert.equal(told.length, expected.length);
});

Deno.test("loadConfig reports an unknown key with the nearest valid key, even in another section", () => {
  const meant: [file: string, told: RegExp][] = [
    ["[server]\nPort = 1", /server\.Port: .*got "Port"\. Did you mean port\?$/],
    ["[store]\ndata-dir = '/x'", /got "data-dir"\. Did you mean data_dir\?$/],
    ["[store]\nretention = 3", /got "retention"\. Did you mean retention_days\?$/],
    ["[server]\nretention_days = 3", /Did you mean store\.retention_days\?$/],
    ["[metrics]\nlevel = 'info'", /Did you mean log\.level\?$/],
    ["port = 1", /^test\.toml: port: .*Did you mean server\.port or .*tls\.port\?$/],
    ["[sever]\nport = 1", /expected one of the sections .*got "sever"\. Did you mean server\?$/],
    ["[server]\nxyzzy = 1", /got "xyzzy"\.$/],
    ["[[channel]]\nname = '#a'\ntopics = 'x'", /got "topics"\. Did you mean topic\?$/],
    [`[server]\n${"x".repeat(5_000)} = 1`, /got "x{64}"\.$/],
  ];
  for (const [file, told] of meant) assert.match(problems({ file })[0]!, told, file.slice(0, 60));
});

Deno.test("loadConfig accepts 0 as no limit, for the settings that allow it", () => {
  const { config } = load({ file: "[limits]\nline_bytes = 0\nconnections = 0\n" });
  assert.equal(config.limits.line_bytes, 0);
  assert.match(problems({ file: "[limits]\nburst = 0\n" })[0]!, /limits\.burst/);
});

Deno.test("loadConfig reports the line of an invalid TOML file, and a missing file", () => {
  assert.match(problems({ file: "[server\nport" })[0]!, /test\.toml: invalid TOML at line 1/);
  assert.match(
    problems({ flags: { "--config": "gone.toml" } })[0]!,
    /^gone\.toml: cannot read: no gone/,
  );
  assert.match(
    problems({ environment: { CLASSCORD_CONFIG: "gone.toml" } })[0]!,
    /^gone\.toml: cannot read: no gone/,
  );
});

Deno.test("loadConfig warns about environment variables that have no effect", () => {
  const { warnings } = load({
    environment: { CLASSCORD_PROT: "1", CLASSCORD_PORT: "2", HOME: "/" },
  });
  assert.deepEqual(warnings, [
    "unknown environment variable CLASSCORD_PROT, ignored. Did you mean CLASSCORD_PORT?",
  ]);
});

Deno.test("the example file has every key with its default", () => {
  const commented = exampleToml();
  const { channel: _tables, ...defaults } = defaultConfig();
  const sections = Object.keys(defaults).filter((section) => section !== "auth.ldap")
    .map((section) => [section, section === "auth" ? { ldap: {} } : {}]);
  assert.equal(JSON.stringify(parse(commented)), JSON.stringify(Object.fromEntries(sections)));
  const active = commented.replace(/^#(\w+ = )/gm, "$1");
  assert.deepEqual(load({ file: active }).config, load({}).config);
  for (const { key } of allSettings()) assert.match(active, new RegExp(`^${key} = `, "m"));
});

Deno.test("a cluster or a directory without its servers is refused, because the server would start without it", () => {
  for (const setting of ['node = "salle-1"', 'credentials = "/etc/nats"', 'ca = "/etc/ca.pem"']) {
    const [key] = setting.split(" ");
    assert.deepEqual(problems({ file: `[cluster]\n${setting}\n` }), [
      `cluster.servers: expected at least one NATS server, because cluster.${key} is set; got []. A server without ` +
      "a cluster has no such setting.",
    ]);
  }
  assert.deepEqual(problems({ file: '[auth.ldap]\nbase = "dc=example,dc=org"\n' }), [
    "auth.ldap.servers: expected at least one server, because auth.ldap.base is set; got [].",
  ]);
});

Deno.test("NATS servers on other machines require credentials, and the log is kept once or three times", () => {
  const file = (settings: string) => ({ file: `[cluster]\n${settings}\n` });
  const local = 'servers = ["127.0.0.1", "localhost:4223", "[::1]"]';
  assert.equal(replicasOf(load(file(local)).config.cluster), 3);
  assert.equal(replicasOf(load(file(`${local}\nreplicas = 1`)).config.cluster), 1);
  assert.equal(replicasOf(load(file('servers = ["localhost"]')).config.cluster), 1);
  assert.equal(replicasOf(load(file('servers = ["localhost"]\nreplicas = 3')).config.cluster), 3);
  assert.match(problems(file(`${local}\nreplicas = 2`))[0]!, /cluster\.replicas: expected 1 or 3/);
  const remote = 'servers = ["localhost", "nats-1.example.org"]';
  assert.match(
    problems(file(remote))[0]!,
    /cluster\.credentials: expected a path, because nats-1\.example\.org is not on this/,
  );
  load(file(`${remote}\ncredentials = "/etc/classcord/nats.credentials"`));
  for (const server of ["", "a b", "a:0", "http://a", "user:pw@a", "::1"]) {
    assert.match(
      problems(file(`servers = [${JSON.stringify(server)}]`))[0]!,
      /cluster\.servers: expected a list of servers such as/,
    );
  }
});

Deno.test("loadConfig reads [[channel]] tables", () => {
  const file = `
    [[channel]]
    name = "#profs"
    roles = ["moderator"]
    accounts = ["Ada"]
    groups = ["2SLAM", "Zoé's club"]
    topic = "between us"
    [[channel]]
    name = "#annonces"
    read_only = true`;
  assert.deepEqual(load({ file }).config.channel, [
    {
      name: "#profs",
      topic: "between us",
      roles: ["moderator"],
      accounts: ["Ada"],
      groups: ["2SLAM", "Zoé's club"],
      readOnly: false,
    },
    { name: "#annonces", roles: [], accounts: [], groups: [], readOnly: true },
  ]);
  assert.deepEqual(load({}).config.channel, []);
});

Deno.test("loadConfig reports the problems of [[channel]] tables", () => {
  const file = `
    [[channel]]
    name = "profs"
    roles = ["boss"]
    colour = "red"
    [[channel]]
    name = "#Général"
    accounts = ["ada"]
    [[channel]]
    name = "#général"`;
  const found = problems({ file });
  assert.equal(found.length, 5, found.join("\n"));
  for (
    const [index, part] of ["colour", "name", "roles", "open to everyone", "two for"].entries()
  ) {
    assert.ok(found[index]!.includes(part), found[index]);
  }
  const grouped = (name: string, groups: string) =>
    problems({ file: `[[channel]]\nname = "${name}"\ngroups = ${groups}` });
  assert.match(grouped("#général", '["2SLAM"]')[0]!, /open to everyone, got roles, accounts or gr/);
  assert.match(grouped("#dev", '"2SLAM"')[0]!, /groups: expected a list of names of groups/);
  assert.match(grouped("#dev", '["a#b"]')[0]!, /groups: expected a list of names of groups/);
  assert.match(problems({ file: "channel = 1" })[0]!, /tables \[\[channel\]\], got a number/);
});

Deno.test("the example channel in the example file is valid", () => {
  const active = exampleToml().replace("#[[channel]]", "[[channel]]").replace(
    /^# {2}(\w+ = )/gm,
    "$1",
  );
  assert.equal(load({ file: active }).config.channel[0]?.name, "#profs");
});

Deno.test("the documents generated from the settings are up to date (otherwise run `deno task docs`)", async () => {
  for (const [path, make] of Object.entries(GENERATED)) {
    assert.equal(
      await Deno.readTextFile(new URL(`../../../${path}`, import.meta.url)),
      make(),
      path,
    );
  }
});
