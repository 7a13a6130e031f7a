// The life cycle of the Debian package on a booted machine, from installation to purge.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import {
  bansBiteAndEnd,
  bansIpv6,
  fail2banComesLater,
  sparesTheClass,
  ufwKnowsTheProfile,
} from "./bans.ts";
import { bansComeBack, rulesKeepBans } from "./firewall.ts";
import { ADDRESS, type Machine, until } from "./machine.ts";
import type { Package } from "./previous.ts";
import { leavesNoProgram, runAsRoot, servesAllUsers } from "./program.ts";
import { step } from "./step.ts";

const PORT = 12345;
const LOG = "/var/log/classcord/classcord.log";
const ACCOUNT = { username: "ada", password: "Sésame 1234" };
const BEST_SCORE = 1.5;

/** The packages to install, and the name of the machine in the output. */
export interface Packages {
  readonly name: string;
  readonly previous: Package;
  /** The text of the guide's page about the firewall. */
  readonly firewallPage: string;
  readonly current: Pick<Package, "version" | "path">;
}

/** Installs, uses, upgrades, breaks, repairs and removes the package. */
export async function provePackage(
  machine: Machine,
  { name, previous, current, firewallPage }: Packages,
): Promise<void> {
  const active = () => waitActive(machine);
  const install = (path: string) => machine.run(`dpkg -i /root/${path.replace(/.*\//, "")}`);
  const steps: readonly [string, () => Promise<unknown>][] = [
    ["the package installs and the service is active", () => install(previous.path).then(active)],
    ["it answers telnet", () => answersTelnet(machine)],
    ["clients chat across the network", chatAcrossTheNetwork],
    ["an upgrade keeps accounts and edited configuration", async () => {
      await machine.run("echo '# edited' >>/etc/classcord/classcord.toml");
      await runAsRoot(machine);
      await install(current.path);
      await active();
      assert.match(await machine.run("cat /etc/classcord/classcord.toml"), /# edited/);
      assert.ok((await machine.run("classcord version")).includes(current.version));
      assert.equal(await login(), "ok");
    }],
    ["one program serves all users", () => servesAllUsers(machine)],
    [`systemd-analyze security is ${BEST_SCORE} or better`, () => isHardened(machine)],
    ["only members of the group can manage the service", () => isForItsGroup(machine)],
    ["fail2ban is installed later, and starts without a log", () => fail2banComesLater(machine)],
    [
      "hostile names ban no other address, failed logins ban the client, and the ban ends",
      () => bansBiteAndEnd(machine, login),
    ],
    ["an IPv6 client is banned too", () => bansIpv6(machine, active)],
    ["limits.shared exempts a class", () => sparesTheClass(machine)],
    ["ufw knows the application profile", () => ufwKnowsTheProfile(machine)],
    ["the guide's nftables rules keep the bans and limit each address", async () => {
      await rulesKeepBans(machine, firewallPage);
      await bansComeBack(machine);
    }],
    ["rotation under load loses neither a line nor a connection", () => rotates(machine)],
    ["a large log is rotated by the hourly timer, once", () => rotatesLarge(machine)],
    [
      "a reload with invalid settings fails and says why; without an admin socket it works",
      async () => {
        await reloadsOrSaysWhy(machine, active);
      },
    ],
    ["after kill -9 the service restarts and the data is complete", () => survivesKill(machine)],
    ["a hung process is restarted by the watchdog", () => watchdogBites(machine)],
    ["the backup timer runs and its file restores", () => backsUpByTimer(machine)],
    ["the cron line makes a backup without systemd", () => backsUpByCron(machine)],
    ["the rotation works while the server is stopped", async () => {
      await machine.run("systemctl stop classcord; logrotate -f /etc/logrotate.d/classcord");
      await machine.run("systemctl start classcord").then(active);
    }],
    ["without its log directory the server goes on", async () => {
      await machine.run("rm -r /var/log/classcord; ! systemctl reload classcord");
      await until(
        "a word of it",
        () => machine.run("journalctl -u classcord | grep 'continues in the file that was open'"),
      );
      await active();
      await machine.run("systemctl restart classcord").then(active);
    }],
    ["after removal and a new installation the service runs with its accounts", async () => {
      await machine.run("dpkg -r classcord");
      await install(current.path);
      await active();
      assert.equal(await login(), "ok");
    }],
    [
      "purging keeps the backups and says where they are; installed again, it restores one",
      async () => {
        const told = await machine.run("dpkg -P classcord");
        assert.match(told, /backups are kept in \/var\/backups\/classcord\b/);
        await machine.run("test ! -e /var/lib/classcord");
        await install(current.path);
        await active();
        await machine.run(`systemctl stop classcord
        classcord restore "$(ls /var/backups/classcord/*.db | tail -n 1)"; systemctl start classcord`);
        await active();
        assert.equal(await login(), "ok");
      },
    ],
    ["removing keeps data, purging removes it", async () => {
      await leavesNothing(machine);
      await leavesNoProgram(machine);
    }],
  ];
  for (const { path } of [previous, current]) await machine.put(path, "/root");
  for (const [what, action] of steps) {
    // All steps together start the service more often than its unit allows within five minutes.
    await machine.run("systemctl reset-failed classcord.service 2>/dev/null || true");
    await step(`${name}: ${what}`, action);
  }
}

async function waitActive(machine: Machine): Promise<void> {
  await until("an active service", async () => {
    await machine.run("systemctl is-active classcord && classcord healthcheck");
    return true;
  });
}

async function login(): Promise<string> {
  const client = await Client.connect(PORT, ADDRESS.machine);
  const answer = await client.ask({ type: "login", ...ACCOUNT });
  await client.close();
  return String(answer["status"] ?? answer["message"]);
}

async function answersTelnet(machine: Machine): Promise<void> {
  const line = '{"type":"message","from":"telnet","content":""}\\n{"type":"users"}\\n';
  const seen = await machine.run(`mkfifo /tmp/in; telnet 127.0.0.1 ${PORT} </tmp/in >/tmp/out &
    exec 9>/tmp/in; printf '${line}' >&9
    for try in $(seq 300); do grep -q '"users"' /tmp/out && break; sleep 0.1; done; cat /tmp/out`);
  assert.match(seen, /"users":\["telnet"\]/);
}

async function chatAcrossTheNetwork(): Promise<void> {
  const ada = await Client.connect(PORT, ADDRESS.machine);
  assert.equal((await ada.ask({ type: "register", ...ACCOUNT }))["status"], "ok");
  assert.equal((await ada.ask({ type: "login", ...ACCOUNT }))["status"], "ok");
  const bob = await Client.connect(PORT, ADDRESS.machine);
  await bob.send({ type: "message", from: "bob", content: "" });
  await bob.sync();
  await bob.send({ type: "message", content: "bonjour" });
  await ada.find((line) => line["content"] === "bonjour" && line["from"] === "bob");
  await Promise.all([ada.close(), bob.close()]);
}

async function isHardened(machine: Machine): Promise<void> {
  for (const unit of ["classcord.service", "classcord-backup.service"]) {
    const told = await machine.run(`systemd-analyze security --no-pager ${unit}`);
    const score = Number(/exposure level for \S+: ([\d.]+)/i.exec(told)?.[1]);
    assert.ok(score <= BEST_SCORE, `${unit}: ${score}`);
  }
}

async function isForItsGroup(machine: Machine): Promise<void> {
  await machine.run("useradd -m -G classcord lea; useradd -m eve");
  const as = (user: string, command: string) => machine.run(`runuser -l ${user} -c '${command}'`);
  assert.match(await as("lea", "classcord stats"), /^ClassCord/);
  await as("lea", "classcord announce bonjour");
  assert.match(await machine.run(`cat ${LOG}`), /MODERATION.*lea.*announce/);
  assert.match(
    await as("eve", "classcord clients 2>&1; echo code=$?"),
    /permission denied[^]*code=77/,
  );
  await machine.run("systemctl reload classcord");
  await until("a reload", () => machine.run(`grep "RELOAD. log reopened" ${LOG}`));
}

async function rotates(machine: Machine): Promise<void> {
  const held = await Client.connect(PORT, ADDRESS.machine);
  let visits = 0;
  const visit = async () => {
    const client = await Client.connect(PORT, ADDRESS.machine);
    await client.send({ type: "message", from: "visitor", content: "" });
    await client.sync();
    await client.close();
    visits++;
  };
  const counted = async () => {
    const lines = "(zcat -f *.gz; cat classcord.log classcord.log.1) 2>/dev/null";
    return Number(
      await machine.run(`cd /var/log/classcord && ${lines} | grep -c 'user="visitor' || true`),
    );
  };
  await visit();
  const perVisit = await until("the lines of a visit", async () => {
    // One line for the join, one for the leave.
    const lines = await counted();
    return lines >= 2 ? lines : undefined;
  });
  let rotating = true;
  const load = (async () => {
    while (rotating) await visit();
  })();
  for (let round = 1; round <= 3; round++) {
    await until("more load", () => Promise.resolve(visits >= round * 20 ? true : undefined));
    await machine.run("logrotate -f /etc/logrotate.d/classcord");
  }
  rotating = false;
  await load;
  await until("all lines", async () => await counted() === visits * perVisit ? true : undefined);
  assert.match(await machine.run("ls /var/log/classcord"), /classcord\.log\.2\.gz/);
  assert.equal((await held.ask({ type: "ping" }))["type"], "pong");
  await held.close();
}

async function rotatesLarge(machine: Machine): Promise<void> {
  const files = async () => (await machine.run("ls /var/log/classcord | wc -l")).trim();
  await machine.run("systemctl is-enabled classcord-logrotate.timer");
  await machine.run("systemctl is-active classcord-logrotate.timer");
  await machine.run("logrotate -f /etc/logrotate.d/classcord");
  const before = await files();
  await machine.run("systemctl start classcord-logrotate");
  assert.equal(await files(), before, "a small log stays");
  await machine.run(`head -c 101M /dev/zero | tr '\\0' x >>${LOG}; echo >>${LOG}
    systemctl start classcord-logrotate; test $(stat -c %s ${LOG}.1) -gt 100000000`);
  await until("the new log", () => machine.run(`grep "RELOAD. log reopened" ${LOG}`));
  const rotated = await files();
  // The system's own daily run uses the same state.
  await machine.run("systemctl start classcord-logrotate; logrotate /etc/logrotate.conf");
  assert.equal(await files(), rotated);
}

async function reloadsOrSaysWhy(
  machine: Machine,
  active: () => Promise<unknown>,
): Promise<void> {
  const settings = "/etc/classcord/classcord.toml";
  await machine.run(`cp -a ${settings} /root/settings; echo '[limits' >>${settings}
    mv ${LOG} ${LOG}.moved; ! systemctl reload classcord; test -s ${LOG}
    journalctl -u classcord | grep 'classcord.toml: invalid TOML'; systemctl is-active classcord
    rm ${LOG}; systemctl kill --kill-who=main --signal=HUP classcord`);
  await until(
    "a log that is opened whatever the settings say",
    () => machine.run(`test -s ${LOG}`),
  );
  await machine.run(`cp -a /root/settings ${settings}
    printf '[admin]\\nsocket = ""\\n' >>${settings}; systemctl restart classcord`);
  await active();
  await machine.run(`: >${LOG}; systemctl reload classcord`);
  await until("a reload by SIGHUP", () => machine.run(`grep "RELOAD. log reopened" ${LOG}`));
  await machine.run(`cp -a /root/settings ${settings}; systemctl restart classcord`);
  await active();
}

async function survivesKill(machine: Machine): Promise<void> {
  await machine.run("systemctl kill -s KILL --kill-who=main classcord");
  await until(
    "a restart",
    () => machine.run("test $(systemctl show -P NRestarts classcord) -ge 1"),
  );
  await waitActive(machine);
  assert.equal(await login(), "ok");
}

// A stopped process does not notify the watchdog, like one whose event loop hangs.
async function watchdogBites(machine: Machine): Promise<void> {
  await machine.run(`mkdir -p /run/systemd/system/classcord.service.d
    printf '[Service]\\nWatchdogSec=2\\nTimeoutAbortSec=2\\n' \
      >/run/systemd/system/classcord.service.d/watchdog.conf
    systemctl daemon-reload; systemctl restart classcord`);
  await waitActive(machine);
  const pid = (await machine.run("systemctl show -P MainPID classcord")).trim();
  await machine.run(`kill -STOP ${pid}`);
  await until(
    "another process",
    () =>
      machine.run(`new=$(systemctl show -P MainPID classcord); test $new != 0 -a $new != ${pid}`),
  );
  await machine.run("rm -r /run/systemd/system/classcord.service.d; systemctl daemon-reload");
  await waitActive(machine);
}

async function backsUpByTimer(machine: Machine): Promise<void> {
  await machine.run(`systemctl is-enabled classcord-backup.timer
    mkdir -p /run/systemd/system/classcord-backup.timer.d
    printf '[Timer]\\nOnCalendar=\\nOnCalendar=*:*:0/2\\nRandomizedDelaySec=0\\nAccuracySec=1\\n' \
      >/run/systemd/system/classcord-backup.timer.d/often.conf
    systemctl daemon-reload; systemctl restart classcord-backup.timer`);
  const copy = await until(
    "a backup",
    async () => (await machine.run("ls /var/backups/classcord/*.db | head -1")).trim() || undefined,
  );
  await machine.run(`rm -r /run/systemd/system/classcord-backup.timer.d; systemctl daemon-reload
    systemctl restart classcord-backup.timer; systemctl stop classcord
    rm /var/lib/classcord/classcord.db*
    runuser -u classcord -- classcord restore ${copy}; systemctl start classcord`);
  await waitActive(machine);
  assert.equal(await login(), "ok");
}

async function backsUpByCron(machine: Machine): Promise<void> {
  await machine.run(`rm -f /var/backups/classcord/*; systemctl start cron
    printf '* * * * * classcord /usr/bin/classcord backup /var/backups/classcord --keep 7\\n' \
      >/etc/cron.d/classcord`);
  await until("a backup", () => machine.run("ls /var/backups/classcord/*.db"));
  await machine.run("rm /etc/cron.d/classcord");
}

async function leavesNothing(machine: Machine): Promise<void> {
  await machine.run("dpkg -r classcord; test -s /var/lib/classcord/classcord.db");
  await machine.run("test -e /etc/classcord/classcord.toml; ! systemctl is-active classcord");
  await machine.run("systemctl restart fail2ban");
  await until("fail2ban beside a removed server", () => machine.run("fail2ban-client ping"));
  await machine.run("rm /var/backups/classcord/*");
  await machine.run("dpkg -P classcord; test ! -e /var/lib/classcord -a ! -e /etc/classcord");
  await machine.run("test ! -e /var/log/classcord -a ! -e /var/backups/classcord");
  await machine.run("! ls /etc/systemd/system/*.wants | grep classcord");
  await machine.run("systemctl restart fail2ban");
  await until("fail2ban without us", () => machine.run("fail2ban-client ping"));
}
