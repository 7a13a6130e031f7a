// `deno task test:package [SUITE…]`: installs the Debian package on a booted Debian 12 and Ubuntu 24.04 and
// uses it as people do. With --if-possible it says why and ends well where it cannot run.
import assert from "node:assert/strict";
import { VERSION } from "../../lib/version.ts";
import { Client } from "../support/client.ts";
import { ADDRESS, Machine, run, type Suite, until } from "./machine.ts";

const root = new URL("../../", import.meta.url).pathname;
const cache = `${
  Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`
}/classcord-test`;
const possible = Deno.args.includes("--if-possible");
const chosen = Deno.args.filter((arg) => !arg.startsWith("--")) as Suite[];
const suites: Suite[] = chosen.length > 0 ? chosen : ["bookworm", "noble"];
const PORT = 12345;
const LOG = "/var/log/classcord/classcord.log";

const reason = await whyNot();
if (reason !== undefined) {
  console.log(`test:package left out: ${reason}`);
  Deno.exit(possible ? 0 : 1);
}
const arch = (await run("dpkg", "--print-architecture")).trim();
const previous = "0.0.9";
await run(Deno.execPath(), "task", "deb");
await run(Deno.execPath(), "task", "deb", "--keep-build", "--version", previous);
const packageOf = (version: string) => `classcord_${version}_${arch}.deb`;
await step(
  "lintian",
  () =>
    run(
      "lintian",
      "--allow-root",
      "--fail-on",
      "error,warning",
      `${root}dist/${packageOf(VERSION)}`,
    ),
);
for (const suite of suites) await prove(suite);

/** Why this machine cannot run it, if so; installs what is missing. */
async function whyNot(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "it needs root";
  const install = "apt-get -o DPkg::Lock::Timeout=500 install -qy --no-install-recommends";
  const script = `command -v systemd-nspawn mmdebstrap lintian ip wget >/dev/null ||
    { apt-get update -q && ${install} systemd-container mmdebstrap lintian iproute2 wget; }`;
  try {
    await run("sh", "-ec", script);
    for (const suite of suites) await (await Machine.boot(suite, cache))[Symbol.asyncDispose]();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

async function step<T>(what: string, action: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const value = await action();
  console.log(`ok   ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return value;
}

async function login(name: string): Promise<string> {
  const client = await Client.connect(PORT, ADDRESS.machine);
  const answer = await client.ask({ type: "login", username: name, password: "Sésame 1234" });
  await client.close();
  return String(answer["status"] ?? answer["message"]);
}

async function prove(suite: Suite): Promise<void> {
  await using machine = await Machine.boot(suite, cache);
  const test = <T>(what: string, action: () => Promise<T>) => step(`${suite}: ${what}`, action);
  const active = () =>
    until("an active service", async () => {
      await machine.run("systemctl is-active classcord && classcord healthcheck");
      return true;
    });
  for (const version of [previous, VERSION]) {
    await run("cp", `${root}dist/${packageOf(version)}`, `${machine.root}/root/`);
  }

  await test("the package installs and the service is active", async () => {
    await machine.run(`dpkg -i /root/${packageOf(previous)}`);
    await active();
  });
  await test("it answers telnet", async () => {
    const line = '{"type":"message","from":"telnet","content":""}\\n{"type":"users"}\\n';
    const seen = await machine.run(`mkfifo /tmp/in; telnet 127.0.0.1 ${PORT} </tmp/in >/tmp/out &
      exec 9>/tmp/in; printf '${line}' >&9
      for try in $(seq 300); do grep -q '"users"' /tmp/out && break; sleep 0.1; done; cat /tmp/out`);
    assert.match(seen, /"users":\["telnet"\]/);
  });
  await test("clients chat across the network", async () => {
    const ada = await Client.connect(PORT, ADDRESS.machine);
    const account = { username: "ada", password: "Sésame 1234" };
    assert.equal((await ada.ask({ type: "register", ...account }))["status"], "ok");
    assert.equal((await ada.ask({ type: "login", ...account }))["status"], "ok");
    const bob = await Client.connect(PORT, ADDRESS.machine);
    await bob.send({ type: "message", from: "bob", content: "" });
    await bob.sync();
    await bob.send({ type: "message", content: "bonjour" });
    await ada.find((line) => line["content"] === "bonjour" && line["from"] === "bob");
    await Promise.all([ada.close(), bob.close()]);
  });
  await test("systemd-analyze security is 1.5 or better", async () => {
    const told = await machine.run("systemd-analyze security --no-pager classcord.service");
    const score = Number(/level for classcord.service: ([\d.]+)/.exec(told)?.[1]);
    assert.ok(score <= 1.5, `${score}`);
  });
  await test("members of the group look after the service, others may not", async () => {
    await machine.run("useradd -m -G classcord lea; useradd -m eve");
    const as = (user: string, command: string) => machine.run(`runuser -l ${user} -c '${command}'`);
    assert.match(await as("lea", "classcord stats"), /^ClassCord/);
    await as("lea", "classcord announce bonjour");
    assert.match(await machine.run(`cat ${LOG}`), /MODERATION.*lea.*announce/);
    assert.match(await as("eve", "classcord clients 2>&1; echo code=$?"), /allowed[^]*code=77/);
    await machine.run("systemctl reload classcord");
    await until("a reload", () => machine.run(`grep "RELOAD. log reopened" ${LOG}`));
  });
  await test("an upgrade keeps accounts and edited configuration", async () => {
    await machine.run("echo '# edited' >> /etc/classcord/classcord.toml");
    await machine.run(`dpkg -i /root/${packageOf(VERSION)}`);
    await active();
    assert.match(await machine.run("cat /etc/classcord/classcord.toml"), /# edited/);
    assert.match(await machine.run("classcord version"), new RegExp(VERSION));
    assert.equal(await login("ada"), "ok");
  });
  await test("fail2ban starts without a log", async () => {
    await machine.run(`systemctl stop fail2ban; mv ${LOG} ${LOG}.away`);
    // The log of the stock jail for sshd, which nobody has written to on a new machine.
    await machine.run("touch /var/log/auth.log; systemctl start fail2ban");
    await until("fail2ban", () => machine.run("fail2ban-client ping"));
    await machine.run(`mv ${LOG}.away ${LOG}; systemctl restart fail2ban`);
    await until("the jail", () => machine.run("fail2ban-client status classcord"));
  });
  await test("hostile names ban nobody, five bad logins ban for real, and the ban ends", async () => {
    await machine.run("fail2ban-client set classcord bantime 5");
    const forged = `Problème avec ${ADDRESS.host} : login_failed user=`;
    const names = [
      `x"\n2026-11-24T08:00:00.000Z - WARNING - [ERREUR] ${forged}"x"`,
      `${forged}"x" `,
      `<HOST> ${ADDRESS.host}\r\n`,
      `x" : ${forged}"y`,
      `\u2028${forged}"z"`,
    ];
    const attempts = names.map((username) =>
      JSON.stringify({ type: "login", username, password: "x" }) + "\n"
    );
    const honest = (name: string) => `{"type":"login","username":"${name}","password":"wrong"}\n`;
    for (const attempt of attempts) await machine.attack(attempt).catch(() => {});
    for (const name of ["a", "b", "c", "d", "e"]) {
      await machine.attack(honest(name)).catch(() => {});
    }
    await until(
      "a refused connection",
      async () => await machine.attack(honest("f")).then(() => undefined, () => true),
    );
    const told = await machine.run(
      "fail2ban-client status classcord; fail2ban-client get classcord banip",
    );
    assert.match(told, new RegExp(ADDRESS.attacker));
    assert.doesNotMatch(told, new RegExp(ADDRESS.host));
    assert.equal(await login("ada"), "ok");
    await until("the end of the ban", () => machine.attack('{"type":"ping"}\n'));
  });
  await test("rotation under load loses neither a line nor a connection", async () => {
    const held = await Client.connect(PORT, ADDRESS.machine);
    let visits = 0;
    const counted = () =>
      machine.run(
        `cd /var/log/classcord && (zcat -f *.gz; cat classcord.log classcord.log.1) 2>/dev/null |
        grep -c 'visitor' || true`,
      ).then(Number);
    const perVisit = await visit().then(async () => await counted());
    assert.ok(perVisit > 0, "a visit leaves lines in the log");
    let rotating = true;
    const load = (async () => {
      while (rotating) await visit();
    })();
    for (let round = 0; round < 3; round++) {
      await machine.run("logrotate -f /etc/logrotate.d/classcord");
    }
    rotating = false;
    await load;
    await until(
      "all lines",
      async () => (await counted()) === visits * perVisit ? true : undefined,
    );
    assert.equal((await held.ask({ type: "ping" }))["type"], "pong");
    await held.close();

    async function visit() {
      const client = await Client.connect(PORT, ADDRESS.machine);
      await client.send({ type: "message", from: "visitor", content: "" });
      await client.sync();
      await client.close();
      visits++;
    }
  });
  await test("kill -9 is restarted and the data is whole", async () => {
    await machine.run("systemctl kill -s KILL --kill-whom=main classcord");
    await until(
      "a restart",
      () => machine.run("test $(systemctl show -P NRestarts classcord) -ge 1"),
    );
    await active();
    assert.equal(await login("ada"), "ok");
  });
  await test("a hung event loop is restarted by the watchdog", async () => {
    await machine.run(`mkdir -p /run/systemd/system/classcord.service.d
      printf '[Service]\\nWatchdogSec=2\\nTimeoutAbortSec=2\\n' >/run/systemd/system/classcord.service.d/w.conf
      systemctl daemon-reload; systemctl restart classcord`);
    await active();
    const pid = (await machine.run("systemctl show -P MainPID classcord")).trim();
    await machine.run(`kill -STOP ${pid}`);
    await until(
      "another process",
      () =>
        machine.run(`new=$(systemctl show -P MainPID classcord); test $new != 0 -a $new != ${pid}`),
    );
    await machine.run("rm -r /run/systemd/system/classcord.service.d; systemctl daemon-reload");
    await active();
  });
  await test("the backup timer runs and its file restores", async () => {
    await machine.run(`systemctl is-enabled classcord-backup.timer
      mkdir -p /run/systemd/system/classcord-backup.timer.d
      printf '[Timer]\\nOnCalendar=\\nOnCalendar=*:*:0/2\\nRandomizedDelaySec=0\\nAccuracySec=1\\n' \
        >/run/systemd/system/classcord-backup.timer.d/often.conf
      systemctl daemon-reload; systemctl restart classcord-backup.timer`);
    const copy = await until(
      "a backup",
      async () =>
        (await machine.run("ls /var/backups/classcord/*.db* | head -1")).trim() || undefined,
    );
    await machine.run(`rm -r /run/systemd/system/classcord-backup.timer.d; systemctl daemon-reload
      systemctl restart classcord-backup.timer; systemctl stop classcord
      rm /var/lib/classcord/classcord.db*
      runuser -u classcord -- classcord restore ${copy}; systemctl start classcord`);
    await active();
    assert.equal(await login("ada"), "ok");
  });
  await test("removing keeps data, purging removes it", async () => {
    await machine.run("dpkg -r classcord; test -s /var/lib/classcord/classcord.db");
    await machine.run("test -e /etc/classcord/classcord.toml; ! systemctl is-active classcord");
    await machine.run("dpkg -P classcord; test ! -e /var/lib/classcord -a ! -e /etc/classcord");
    await machine.run("test ! -e /var/log/classcord -a ! -e /var/backups/classcord");
  });
}
