// The image: built by the Dockerfile, run without privileges on a read-only root, used over its published port.
import assert from "node:assert/strict";
import { run, until } from "../package/machine.ts";
import { step } from "../package/step.ts";
import { VERSION } from "../../lib/version.ts";
import { Client } from "../support/client.ts";
import { ADDRESS, type Engine } from "./engine.ts";

/** The image's name, the same as in compose.yaml. */
export const IMAGE = `classcord:${VERSION}`;
const PORT = 12345;
const TLS_PORT = 12346;
const NAME = "classcord";
const ACCOUNT = { username: "ada", password: "Sésame 1234" };
const HEALTHY_WITHIN_S = 5;
// The options in docs/DOCKER.md.
const RUN = "--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges " +
  "--memory 1g --pids-limit 100 --ulimit nofile=20000 " +
  "--volume classcord-data:/var/lib/classcord --volume classcord-backups:/var/backups/classcord";

/** Builds the image and proves what it promises. */
export async function proveImage(engine: Engine, root: string): Promise<void> {
  const steps: readonly [string, () => Promise<unknown>][] = [
    ["docker build . builds it from the source", () => builds(engine, root)],
    ["it accepts an executable that was built elsewhere", () => takesPrebuilt(engine, root)],
    ["its user is a number, and its labels describe it", () => describesItself(engine)],
    [`it is healthy within ${HEALTHY_WITHIN_S} s`, () => isHealthy(engine)],
    ["clients chat through the published port under their own addresses", () => chats(engine)],
    ["it has no privileges that it does not need", () => isConfined(engine)],
    ["commands work while it runs", () => obeysCommands(engine)],
    ["a restart keeps the data", () => keepsData(engine)],
    ["on SIGTERM it tells the clients and exits cleanly", () => stopsCleanly(engine)],
    ["a backup is restored while it is stopped", () => restores(engine)],
    ["a new container on the old volumes has the accounts", () => outlivesContainer(engine)],
    ["with a certificate it supports TLS", () => speaksTls(engine)],
  ];
  for (const [what, action] of steps) await step(`image: ${what}`, action);
  await engine.docker("rm", "-f", "-v", NAME);
}

async function builds(engine: Engine, root: string): Promise<void> {
  const commit = "0123456789abcdef";
  await engine.docker(
    ...["build", "--build-arg", `CLASSCORD_COMMIT=${commit}`, "--tag", IMAGE] as const,
    root,
  );
  const told = await engine.docker("run", "--rm", "--read-only", IMAGE, "version");
  assert.match(
    told,
    new RegExp(`^commit ${commit.slice(0, 12)}, (compiled|self-extracting)$`, "m"),
  );
}

async function takesPrebuilt(engine: Engine, root: string): Promise<void> {
  const context = await Deno.makeTempDir({ prefix: "classcord-docker-" });
  try {
    await run("sh", "-ec", 'cp "$0/Dockerfile" "$1"; mkdir "$1/dist"', root, context);
    const id = await engine.docker("create", IMAGE);
    await engine.docker("cp", `${id}:/usr/local/bin/classcord`, `${context}/dist/classcord`);
    await engine.docker("rm", "-v", id);
    await engine.docker(
      ...["build", "--build-arg", "BUILD_BASE=debian:bookworm-slim"] as const,
      ...["--build-arg", "PREBUILT=dist/classcord", "--tag", "prebuilt", context],
    );
    assert.match(
      await engine.docker("run", "--rm", "--read-only", "prebuilt", "version"),
      /^ClassCord /,
    );
  } finally {
    await Deno.remove(context, { recursive: true });
  }
}

async function describesItself(engine: Engine): Promise<void> {
  const [{ Config }] = JSON.parse(await engine.docker("image", "inspect", IMAGE));
  assert.match(Config.User, /^\d+:\d+$/);
  assert.notEqual(Config.User, "0:0");
  assert.deepEqual(Config.Entrypoint, ["classcord"]);
  assert.equal(Config.StopSignal, "SIGTERM");
  assert.deepEqual(Config.Healthcheck.Test, ["CMD", "classcord", "healthcheck"]);
  assert.equal(Config.Labels["org.opencontainers.image.title"], "ClassCord");
  assert.equal(Config.Labels["org.opencontainers.image.version"], VERSION);
}

async function start(engine: Engine, options = ""): Promise<void> {
  await engine.shell(
    `docker run --detach --name ${NAME} --publish 0.0.0.0:${PORT}:${PORT} ${RUN} ${options} ${IMAGE}`,
  );
}

async function isHealthy(engine: Engine): Promise<void> {
  await start(engine);
  const state = await until("a healthy container", async () => {
    const [{ State }] = JSON.parse(await engine.docker("inspect", NAME));
    return State.Health.Status === "healthy" ? State : undefined;
  });
  const seconds = (Date.parse(state.Health.Log[0].End) - Date.parse(state.StartedAt)) / 1000;
  assert.equal(state.Health.Log[0].ExitCode, 0, "the first look already found it well");
  assert.ok(seconds < HEALTHY_WITHIN_S, `healthy after ${seconds} s`);
}

async function login(): Promise<string> {
  await using client = await Client.connect(PORT, ADDRESS.engine);
  const answer = await client.ask({ type: "login", ...ACCOUNT });
  return String(answer["status"] ?? answer["message"]);
}

async function chats(engine: Engine): Promise<void> {
  await using ada = await Client.connect(PORT, ADDRESS.engine);
  assert.equal((await ada.ask({ type: "register", ...ACCOUNT }))["status"], "ok");
  assert.equal((await ada.ask({ type: "login", ...ACCOUNT }))["status"], "ok");
  await using bob = await Client.connect(PORT, ADDRESS.engine);
  await bob.send({ type: "message", from: "bob", content: "" });
  await bob.sync();
  await bob.send({ type: "message", content: "bonjour" });
  await ada.find((line) => line["content"] === "bonjour" && line["from"] === "bob");
  const seen = new RegExp(`\\[LOGIN\\] ${ADDRESS.client}:\\d+ .*user="bob"`);
  await until(
    "bob's address in the log",
    async () => seen.test(await engine.docker("logs", NAME)) || undefined,
  );
  await using asking = await Client.connect(PORT, ADDRESS.engine);
  await asking.send("GET_METRICS");
  assert.equal((await asking.line())["code"], "forbidden", "metrics are not for everyone");
}

async function isConfined(engine: Engine): Promise<void> {
  const inside = (script: string) => engine.docker("exec", NAME, "sh", "-ec", script);
  assert.notEqual(await inside("id -u"), "0");
  const status = await inside("cat /proc/1/status");
  assert.match(status, /^CapEff:\s+0+$/m);
  assert.match(status, /^CapBnd:\s+0+$/m);
  assert.match(status, /^NoNewPrivs:\s+1$/m);
  await assert.rejects(inside("touch /usr/local/bin/x"), /Read-only file system/);
  const writable = "find / -xdev -writable ! -type l ! -path '/proc/*' ! -path '/sys/*' -print";
  // Only the mounts are writable, nothing of the root.
  assert.deepEqual((await inside(`${writable} 2>/dev/null || true`)).split("\n").sort(), [
    "/tmp",
    "/var/backups/classcord",
    "/var/lib/classcord",
  ]);
  assert.equal(await inside("find /var/cache/classcord ! -user root"), "", "nor of the program");
}

async function obeysCommands(engine: Engine): Promise<void> {
  const command = (...args: string[]) => engine.docker("exec", NAME, "classcord", ...args);
  assert.match(await command("user", "list"), /^ada +member/m);
  assert.match(await command("stats"), /users/i);
  await command("reload");
  const copy = await command("backup", "/var/backups/classcord");
  assert.match(copy, /^\/var\/backups\/classcord\/classcord-.*: \d+ bytes, checked\.$/);
}

async function keepsData(engine: Engine): Promise<void> {
  await engine.docker("restart", NAME);
  await until("an answer after the restart", async () => await login() === "ok" || undefined);
}

async function stopsCleanly(engine: Engine): Promise<void> {
  const held = await Client.connect(PORT, ADDRESS.engine);
  await held.send({ type: "message", from: "held", content: "" });
  await held.sync();
  const started = Date.now();
  await engine.docker("stop", NAME);
  const lines = await held.end();
  await held.close();
  assert.ok(lines.some((line) => line["code"] === "shutting_down"), JSON.stringify(lines));
  assert.ok(Date.now() - started < 8_000, "before it is killed");
  const [{ State }] = JSON.parse(await engine.docker("inspect", NAME));
  assert.equal(State.ExitCode, 0);
  assert.match(await engine.docker("logs", NAME), /\[ARRET\] stopped$/m);
}

async function restores(engine: Engine): Promise<void> {
  const command = (...args: string[]) =>
    engine.docker("run", "--rm", "--read-only", "--volumes-from", NAME, ...args);
  const list = ["--entrypoint", "ls", IMAGE, "/var/backups/classcord"];
  const file = await command(...list);
  const told = await command(IMAGE, "restore", `/var/backups/classcord/${file}`);
  assert.match(told, /^Restored \/var\/lib\/classcord\/classcord.db from /);
}

async function outlivesContainer(engine: Engine): Promise<void> {
  await engine.docker("rm", NAME);
  await start(engine);
  await until("an answer", async () => await login() === "ok" || undefined);
}

async function speaksTls(engine: Engine): Promise<void> {
  const directory = "/var/lib/classcord";
  const make = ["tls", "self-signed", "--host", ADDRESS.engine, "--out", directory];
  await engine.docker("exec", NAME, "classcord", ...make);
  const certificate = await engine.docker("exec", NAME, "cat", `${directory}/classcord.crt`);
  await engine.docker("rm", "-f", NAME);
  await start(
    engine,
    `--publish 0.0.0.0:${TLS_PORT}:${TLS_PORT} --env CLASSCORD_TLS_CERT=${directory}/classcord.crt ` +
      `--env CLASSCORD_TLS_KEY=${directory}/classcord.key`,
  );
  const connect = { hostname: ADDRESS.engine, port: TLS_PORT, caCerts: [certificate] };
  using connection = await until("a TLS connection", () => Deno.connectTls(connect));
  await connection.write(new TextEncoder().encode('{"type":"ping"}\n'));
  const buffer = new Uint8Array(1000);
  const read = await connection.read(buffer);
  assert.match(new TextDecoder().decode(buffer.subarray(0, read ?? 0)), /"pong"/);
}
