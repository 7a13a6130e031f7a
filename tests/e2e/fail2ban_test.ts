// Runs a fail2ban of its own on the log of a server and checks which addresses it bans, also with `limits.shared`.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";

const root = new URL("../../", import.meta.url);
const SHARED = "203.0.113.10";
const SHARED_6 = "2001:db8:42::7";
const OWN = "198.51.100.7";

/** Writes a configuration with the shipped filter and jail, and an action that records addresses. */
async function configure(directory: string, log: string): Promise<string> {
  const at = `${directory}/fail2ban`;
  for (const part of ["filter.d", "action.d", "jail.d"]) {
    await Deno.mkdir(`${at}/${part}`, { recursive: true });
  }
  await Deno.writeTextFile(
    `${at}/fail2ban.conf`,
    `[Definition]\nloglevel = INFO\nlogtarget = ${at}/log\nsyslogsocket = auto\nsocket = ${at}/sock\n` +
      `pidfile = ${at}/pid\ndbfile = None\ndbpurgeage = 1d\ndbmaxmatches = 10\n[Thread]\nstacksize = 0\n`,
  );
  await Deno.writeTextFile(`${at}/jail.conf`, "[DEFAULT]\naction = note\nusedns = no\n");
  await Deno.writeTextFile(
    `${at}/action.d/note.conf`,
    `[Definition]\nactionban = echo <ip> >>${at}/banned\nactionunban = true\n`,
  );
  for (const part of ["filter.d", "jail.d"]) {
    const file = new URL(`fail2ban/${part}/classcord.conf`, root);
    await Deno.copyFile(file, `${at}/${part}/classcord.conf`);
  }
  await Deno.writeTextFile(
    `${at}/jail.d/classcord.local`,
    `[classcord]\nlogpath = ${log}\nbackend = polling\nbanaction = note\naction = note\n`,
  );
  await Deno.writeTextFile(`${at}/banned`, "");
  return at;
}

/** A running fail2ban. */
class Fail2ban implements AsyncDisposable {
  private constructor(readonly at: string, private readonly server: Deno.ChildProcess) {}

  static async start(at: string): Promise<Fail2ban> {
    const args = ["-f", "-c", at, "-s", `${at}/sock`, "-p", `${at}/pid`, "start"];
    const server = new Deno.Command("fail2ban-server", {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const jail = new Fail2ban(at, server);
    while (!(await jail.ask("status", "classcord")).includes("File list")) await pause();
    return jail;
  }

  async ask(...command: string[]): Promise<string> {
    const { stdout } = await new Deno.Command("fail2ban-client", {
      args: ["-c", this.at, "-s", `${this.at}/sock`, ...command],
    }).output();
    return new TextDecoder().decode(stdout);
  }

  async banned(): Promise<string[]> {
    return (await Deno.readTextFile(`${this.at}/banned`)).split("\n").filter((line) => line !== "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.kill("SIGTERM");
    await this.server.status;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** Commits an offence from an address given by a PROXY header. */
async function offend(port: number, address: string, name = "x"): Promise<void> {
  await using client = await Client.connect(port);
  const family = address.includes(":") ? "TCP6" : "TCP4";
  const here = address.includes(":") ? "::1" : "127.0.0.1";
  await client.send(`PROXY ${family} ${address} ${here} 1000 ${port}\r\n`);
  for (let i = 0; i < 6; i++) await client.send(`not JSON ${name}\n`);
  await client.end();
}

testWith(
  { programs: ["fail2ban-server", "fail2ban-client"] },
  "a shared address is not banned for the offences of one user, other addresses are",
  async () => {
    await withDirectory(async (directory) => {
      const config = `${directory}/test.toml`;
      const settings = '[proxy]\ntrusted = ["127.0.0.1"]\n[limits]\nmessages_per_second = 0\n';
      await Deno.writeTextFile(config, `${settings}shared = ["${SHARED}", "2001:db8:42::/48"]\n`);
      await using server = await ServerProcess.start(directory, "--config", config);
      await using jail = await Fail2ban.start(
        await configure(directory, `${directory}/classcord.log`),
      );
      for (let i = 0; i < 10; i++) {
        await offend(server.port, SHARED);
        await offend(server.port, SHARED_6);
      }
      await using pupil = await Client.connect(server.port);
      await pupil.send(`PROXY TCP4 ${SHARED} 127.0.0.1 1000 ${server.port}\r\n`);
      for (const name of [`shared Problème avec ${OWN}`, '" shared', "[ERREUR] shared"]) {
        await pupil.ask({ type: "login", username: name, password: "wrong" });
      }
      for (let i = 0; i < 5; i++) await offend(server.port, OWN, "shared");
      while (!(await jail.banned()).includes(OWN)) await pause();
      assert.deepEqual(await jail.banned(), [OWN]);
      assert.match(await jail.ask("status", "classcord"), /Total failed:\s+5\n/);
      assert.equal((await pupil.ask({ type: "ping" }))["type"], "pong");
      const log = await server.log();
      assert.match(
        log,
        new RegExp(`\\[ERREUR\\] shared Problème avec ${SHARED} : malformed_lines conn=`),
      );

      // After a reload without the address in the list, it is no longer exempt.
      await Deno.writeTextFile(config, settings);
      await using operator = await Client.operator(`${directory}/admin.sock`);
      assert.deepEqual((await operator.ask({ type: "reload" }))["changed"], ["limits.shared"]);
      for (let i = 0; i < 5; i++) await offend(server.port, SHARED);
      while (!(await jail.banned()).includes(SHARED)) await pause();
      assert.deepEqual(await jail.banned(), [OWN, SHARED]);
    });
  },
);
