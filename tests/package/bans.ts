// fail2ban and the firewall on a booted machine: who is banned, who is not, and for how long.
import assert from "node:assert/strict";
import { ADDRESS, type Machine, until } from "./machine.ts";

const LOG = "/var/log/classcord/classcord.log";
const PING = '{"type":"ping"}\n';

/** Whether a login from the host still works. */
type Login = () => Promise<string>;

/** fail2ban is installed after the server, on a machine that has no log yet. */
export async function fail2banComesLater(machine: Machine): Promise<void> {
  await machine.run(`test -s /etc/fail2ban/jail.d/classcord.conf; mv ${LOG} ${LOG}.away`);
  // Debian's own jail for sshd needs this log, which does not exist on a new machine.
  await machine.run("touch /var/log/auth.log; apt-get install -qy fail2ban");
  await until("fail2ban", () => machine.run("systemctl start fail2ban; fail2ban-client ping"));
  assert.match(await machine.run(`stat -c '%a %U' ${LOG}`), /640 classcord/);
  await machine.run(`cat ${LOG} >>${LOG}.away; mv ${LOG}.away ${LOG}; systemctl reload classcord`);
  await machine.run("fail2ban-client reload classcord");
  await until("the jail", () => machine.run("fail2ban-client status classcord"));
}

/** Hostile names count only for their sender; five failures ban; the ban takes effect, and ends. */
export async function bansBiteAndEnd(machine: Machine, login: Login): Promise<void> {
  await machine.run("fail2ban-client set classcord bantime 10");
  // The last attempts may be blocked already, because hostile names count for the attacker.
  for (const name of hostileNames()) await machine.attack(attempt(name)).catch(() => {});
  // Each attempt is one more failure, so a ban that ended before it was seen is made again.
  await refused(machine, 4, attempt("a"));
  const told = await machine.run("fail2ban-client status classcord; fail2ban-client banned");
  assert.ok(told.includes(ADDRESS.attacker), told);
  assert.ok(!told.includes(ADDRESS.host), told);
  assert.equal(await login(), "ok");
  await until("the end of the ban", () => machine.attack(PING));
}

/** An IPv6 client is banned as well. */
export async function bansIpv6(machine: Machine, active: () => Promise<unknown>): Promise<void> {
  await listenOn(machine, "::");
  await active();
  await until("a server on IPv6", () => machine.attack(PING, 6));
  await refused(machine, 6, attempt("a"));
  const told = await machine.run("fail2ban-client status classcord");
  assert.ok(told.includes(ADDRESS.attacker6), told);
  await machine.run("fail2ban-client unban --all");
  await until("the end of the ban", () => machine.attack(PING, 6));
  await listenOn(machine, undefined);
  await active();
}

/** An address in limits.shared, such as that of a class behind NAT, is not banned. */
export async function sparesTheClass(machine: Machine): Promise<void> {
  const settings = "/etc/classcord/classcord.toml";
  await machine.run(`cp -a ${settings} /root/unshared
    printf '[limits]\\nshared = ["${ADDRESS.attacker}"]\\n' >>${settings}; systemctl reload classcord`);
  const failed = "fail2ban-client status classcord | sed -n 's/.*Total failed:\\s*//p'";
  const before = Number(await machine.run(failed));
  for (const name of ["f", "g", "h", "i", "j", "k"]) await machine.attack(attempt(name));
  const marked = `grep -c 'shared Problème avec ${ADDRESS.attacker} : ' ${LOG}`;
  assert.equal((await machine.run(marked)).trim(), "6");
  assert.match(await machine.attack(PING), /pong/);
  await machine.run(`cp -a /root/unshared ${settings}; systemctl reload classcord`);
  // The jail reads in order. Once it has counted this failure, it has ignored the six before.
  await machine.attack(attempt("l"));
  const counted = await until(
    "a failure that counts",
    async () => {
      const now = Number(await machine.run(failed));
      return now > before ? now : undefined;
    },
  );
  assert.equal(counted, before + 1);
}

/** ufw knows the application profile, which opens the ports of the chat. */
export async function ufwKnowsTheProfile(machine: Machine): Promise<void> {
  assert.match(await machine.run("ufw app info ClassCord"), /12345,12346\/tcp/);
  await machine.run("ufw allow ClassCord");
  assert.match(await machine.run("ufw show added"), /ufw allow ClassCord/);
}

function hostileNames(): string[] {
  const forged = `Problème avec ${ADDRESS.host} : login_failed user=`;
  return [
    `x"\n2026-11-24T08:00:00.000Z - WARNING - [ERREUR] ${forged}"x"`,
    `${forged}"x" `,
    `<HOST> ${ADDRESS.host}\r\n`,
    `x" : ${forged}"y`,
    `\u2028${forged}"z"`,
  ];
}

function attempt(username: string): string {
  return `${JSON.stringify({ type: "login", username, password: "wrong" })}\n`;
}

/** Sends `line` from the attacker again and again until it is blocked. */
export async function refused(machine: Machine, family: 4 | 6, line = PING): Promise<void> {
  await until(
    "a refused connection",
    () => machine.attack(line, family).then(() => undefined, () => true),
  );
}

async function listenOn(machine: Machine, host: string | undefined): Promise<void> {
  const directory = "/run/systemd/system/classcord.service.d";
  await machine.run(
    host === undefined ? `rm -r ${directory}` : `mkdir -p ${directory}
        printf '[Service]\\nEnvironment=CLASSCORD_HOST=%s\\n' '${host}' >${directory}/host.conf`,
  );
  await machine.run("systemctl daemon-reload; systemctl restart classcord");
}
