// The guide's nftables rules on a booted machine: they keep the bans, block other ports, and limit each address.
import assert from "node:assert/strict";
import { refused } from "./bans.ts";
import { commandsOf } from "./guide.ts";
import { ADDRESS, attackerConnects, type Machine, until } from "./machine.ts";

const UNIT = "nftables-classcord";
const PING = '{"type":"ping"}\n';
/** Connections at once. At least those of a class are admitted, but not all. */
const AT_ONCE = 900;
const CLASS = 200;

/** Applies the rules as the guide does. @param page The text of its page about the firewall. */
export async function rulesKeepBans(machine: Machine, page: string): Promise<void> {
  const written = commandsOf(page, "package").filter(({ text }) => text.includes(`/${UNIT}.`));
  assert.equal(written.length, 3, "the rules, the check, the unit");
  for (const { text } of written) await machine.run(text);
  await ban(machine);
  for (const apply of ["enable --now", "reload", "restart"]) {
    await machine.run(`systemctl ${apply} ${UNIT}`);
    await assert.rejects(machine.attack(PING), `a ban survives systemctl ${apply}`);
  }
  await machine.run("fail2ban-client unban --all");
  await until("the end of the ban", () => machine.attack(PING));

  const open = { port: 12345, count: AT_ONCE };
  for (const family of [4, 6] as const) {
    const admitted = await attackerConnects({ ...open, family });
    assert.ok(admitted >= CLASS && admitted < AT_ONCE / 2, `IPv${family}: ${admitted} at once`);
  }
  assert.equal(await attackerConnects({ port: 12346, family: 4, count: 1 }), 1, "TLS");
  assert.equal(await attackerConnects({ port: 9999, family: 4, count: 1 }), 0, "anything else");
}

/** What the guide says about nftables.service: it removes rules and bans, and two restarts restore them. */
export async function bansComeBack(machine: Machine): Promise<void> {
  await ban(machine);
  await machine.run("systemctl restart nftables");
  assert.match(await machine.attack(PING), /pong/, "bans are gone");
  await machine.run(`systemctl restart ${UNIT} fail2ban`);
  assert.match(await machine.run("nft list tables"), /inet classcord/);
  await refused(machine, 4);
  await machine.run(`systemctl disable --now ${UNIT}; fail2ban-client unban --all`);
  assert.doesNotMatch(await machine.run("nft list tables"), /inet classcord/);
}

async function ban(machine: Machine): Promise<void> {
  await until("fail2ban", () => machine.run("fail2ban-client ping"));
  await machine.run(`fail2ban-client set classcord bantime 10m
    fail2ban-client set classcord banip ${ADDRESS.attacker}`);
  await refused(machine, 4);
}
