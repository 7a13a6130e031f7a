// compose.yaml: the chat is public, metrics and pages are local to this machine, and data is kept.
import assert from "node:assert/strict";
import { until } from "../package/machine.ts";
import { step } from "../package/step.ts";
import { Client } from "../support/client.ts";
import { ADDRESS, type Engine } from "./engine.ts";

const PORTS = { chat: 12345, metrics: 9091, prometheus: 9090, grafana: 3000 } as const;
const SERVICES = ["classcord", "backup", "prometheus", "grafana", "exporter"];
const PASSWORD = "not-a-default";
const ACCOUNT = { username: "bea", password: "Sésame 1234" };

/** Starts compose.yaml with the profile `exporter` and proves what it promises. */
export async function proveCompose(engine: Engine, root: string): Promise<void> {
  const compose = (command: string, password: string = PASSWORD) =>
    engine.shell(
      `cd "$1"; ${
        password && `export GRAFANA_PASSWORD=${password};`
      } exec docker-compose -p cctest --profile exporter ${command} 2>&1`,
      root,
    );
  const steps: readonly [string, () => Promise<unknown>][] = [
    [
      "it requires a password for Grafana",
      () => assert.rejects(compose("up --detach", ""), /set GRAFANA_PASSWORD in \.env/),
    ],
    ["it starts", () => compose("up --detach")],
    ["each container is locked down", () => areConfined(engine, SERVICES)],
    ["only the chat can be reached from elsewhere", () => hidesPages(engine)],
    ["Prometheus scrapes the server and the exporter", () => scrapes(engine)],
    ["rules and alerts are loaded without errors", () => hasRules(engine)],
    ["Grafana has its data source and its dashboard", () => provisions(engine)],
    ["metrics are available only within the network", refusesStrangers],
    ["down and up keeps accounts and backups", async () => {
      assert.equal((await account("register"))["status"], "ok");
      await compose("down");
      await compose("up --detach classcord backup");
      await until(
        "an answer",
        async () => (await account("login"))["status"] === "ok" || undefined,
      );
      const names = await compose("exec -T backup ls /var/backups/classcord");
      assert.match(names, /^classcord-.*\.db$/m);
    }],
    ["it is removed completely", () => compose("down --volumes")],
  ];
  for (const [what, action] of steps) await step(`compose: ${what}`, action);
}

async function account(type: "register" | "login") {
  await using client = await Client.connect(PORTS.chat, ADDRESS.engine);
  return await client.ask({ type, ...ACCOUNT });
}

/** The name depends on the version of docker-compose. */
async function containerOf(engine: Engine, service: string): Promise<string> {
  const filter = `label=com.docker.compose.service=${service}`;
  return await engine.docker("ps", "--quiet", "--filter", filter);
}

interface Inspected {
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: string[];
    readonly SecurityOpt: string[];
    readonly Memory: number;
    readonly PidsLimit: number;
    readonly Privileged: boolean;
  };
}

/** Checks that the containers of some services have no rights, and limits. */
export async function areConfined(engine: Engine, services: readonly string[]): Promise<void> {
  for (const name of services) {
    const told: Inspected[] = JSON.parse(
      await engine.docker("inspect", await containerOf(engine, name)),
    );
    const { HostConfig } = told[0]!;
    assert.equal(HostConfig.ReadonlyRootfs, true, name);
    assert.deepEqual(HostConfig.CapDrop, ["ALL"], name);
    assert.match(HostConfig.SecurityOpt.join(), /no-new-privileges/, name);
    assert.ok(HostConfig.Memory > 0 && HostConfig.PidsLimit > 0 && !HostConfig.Privileged, name);
  }
}

async function hidesPages(engine: Engine): Promise<void> {
  await (await Client.connect(PORTS.chat, ADDRESS.engine)).close();
  for (const [name, port] of Object.entries(PORTS).filter(([name]) => name !== "chat")) {
    await until(name, () => engine.local(`curl -sS http://127.0.0.1:${port}/`));
    await assert.rejects(
      Deno.connect({ hostname: ADDRESS.engine, port }),
      Deno.errors.ConnectionRefused,
      name,
    );
  }
}

async function query(engine: Engine, path: string): Promise<Record<string, never>> {
  return JSON.parse(
    await engine.local(`curl -sS -G 'http://127.0.0.1:${PORTS.prometheus}/api/v1/${path}'`),
  ).data;
}

async function scrapes(engine: Engine): Promise<void> {
  interface Targets {
    readonly activeTargets: { labels: { job: string }; health: string }[];
  }
  await until("two targets that are up", async () => {
    const { activeTargets } = await query(engine, "targets") as unknown as Targets;
    const up = activeTargets.filter(({ health }) => health === "up").map(({ labels }) =>
      labels.job
    );
    return up.sort().join() === "classcord,classcord_socket_exporter" || undefined;
  });
  // Both through the exporter and directly.
  await until("a backup in the metrics of both", async () => {
    const expr = encodeURIComponent("classcord_last_backup_timestamp_seconds > 0");
    const { result } = await query(engine, `query?query=${expr}`) as unknown as {
      result: unknown[];
    };
    return result.length === 2 || undefined;
  });
}

async function hasRules(engine: Engine): Promise<void> {
  interface Rules {
    readonly groups: { rules: { type: string; health: string; state?: string }[] }[];
  }
  const rules = await until("rules that were evaluated", async () => {
    const { groups } = await query(engine, "rules") as unknown as Rules;
    const all = groups.flatMap(({ rules }) => rules);
    return all.length > 0 && all.every(({ health }) => health === "ok") ? all : undefined;
  });
  const alerts = rules.filter(({ type }) => type === "alerting");
  assert.ok(alerts.length >= 8);
  assert.deepEqual(alerts.filter(({ state }) => state === "firing"), []);
}

async function provisions(engine: Engine): Promise<void> {
  const show = (path: string) =>
    engine.local(`curl -sSf http://127.0.0.1:${PORTS.grafana}/${path}`);
  assert.match(
    await show("provisioning/datasources/prometheus.yml"),
    /url: http:\/\/prometheus:9090/,
  );
  assert.match(
    await show("provisioning/dashboards/classcord.yml"),
    /path: \/etc\/grafana\/dashboards/,
  );
  assert.equal(JSON.parse(await show("dashboards/classcord.json")).title, "ClassCord");
  const told = await engine.docker("inspect", await containerOf(engine, "grafana"));
  assert.match(told, new RegExp(`GF_SECURITY_ADMIN_PASSWORD=${PASSWORD}`));
  // By the name in the data source, in the network that the two share.
  const script =
    'python3 -c "import urllib.request as u; print(u.urlopen(\\"http://prometheus:9090/-/ready\\").status)"';
  assert.equal(
    await engine.docker("exec", await containerOf(engine, "grafana"), "sh", "-c", script),
    "200",
  );
}

async function refusesStrangers(): Promise<void> {
  await using client = await Client.connect(PORTS.chat, ADDRESS.engine);
  await client.send("GET_METRICS");
  assert.equal((await client.line())["code"], "forbidden");
}
