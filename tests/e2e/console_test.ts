// The console on a real terminal, which script(1) provides: it takes over the terminal, shows connections, acts,
// and restores the terminal in all cases.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess, startArguments } from "../support/process.ts";
import { testWith } from "../support/programs.ts";

const root = new URL("../../", import.meta.url);
const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const DEADLINE_MS = 30_000;
// deno-lint-ignore no-control-regex -- what changes colours and the like
const STYLES = /\x1b\[[\d;]*m/g;

/** A console on its own terminal. */
class ConsoleProcess {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #wake: () => void = () => {};
  #ended = false;
  text = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#keys = child.stdin.getWriter();
    this.#reading = this.#readAll();
  }

  static async start(
    directory: string,
    { size = "rows 24 cols 90", term = "xterm" } = {},
  ): Promise<ConsoleProcess> {
    const program = [
      Deno.execPath(),
      ...await startArguments(),
      "console",
      "--data-dir",
      directory,
    ];
    const command = `stty ${size}; ${program.join(" ")}; echo "exit=$?"; stty -a`;
    const child = new Deno.Command("script", {
      args: ["-qec", command, "/dev/null"],
      cwd: root,
      env: { LC_ALL: "C.UTF-8", TERM: term, SHELL: "/bin/sh", NO_COLOR: "" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    return new ConsoleProcess(child);
  }

  async press(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  /** Waits until a text has been shown. */
  async shows(wanted: RegExp): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        late.reject(new Error(`expected ${wanted} in:\n${JSON.stringify(this.text.slice(-3000))}`)),
      DEADLINE_MS,
    );
    try {
      while (!wanted.test(this.text.replaceAll(STYLES, ""))) {
        assert.ok(!this.#ended, `the console ended before it showed ${wanted}`);
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await Promise.race([promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for its end. Returns its exit code and the state of the terminal. */
  async end(): Promise<{ code: number; terminal: string }> {
    await this.shows(/exit=\d+[^]*icanon/);
    await this.#keys.close().catch(() => {});
    await this.#reading;
    await this.#child.status;
    return {
      code: Number(/exit=(\d+)/.exec(this.text)![1]),
      terminal: this.text.split("exit=")[1]!,
    };
  }

  async #readAll(): Promise<void> {
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.text += part;
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }
}

function assertGivenBack({ text }: ConsoleProcess, terminal: string): void {
  assert.equal(text.split(ENTER).length, 2);
  assert.equal(text.split(LEAVE).length, 2);
  assert.ok(text.indexOf(LEAVE) > text.indexOf(ENTER));
  assert.match(terminal, / icanon /);
  assert.match(terminal, / echo /);
}

testWith(
  "script",
  "the console shows connections, kicks the selected user, and restores the terminal",
  async () => {
    await withDirectory(async (directory) => {
      await using server = await ServerProcess.start(directory);
      await using lea = await Client.guest(server.port, "léa");
      const shown = await ConsoleProcess.start(directory);
      await shown.shows(/léa +guest +127\.0\.0\.1:\d+/);
      await using _bob = await Client.guest(server.port, "bob");
      await shown.shows(/bob +guest/);
      await shown.shows(/bob joined as a guest/);
      await shown.press("k");
      await shown.shows(/léa: Reason/);
      await shown.press("trop long\r");
      await shown.shows(/Kick léa\? \(y\/n\)/);
      await shown.press("y");
      await shown.shows(/Kicked léa\./);
      assert.ok(shown.text.includes("\x1b[32m"), "colours");
      assert.ok((await lea.end()).some((line) => String(line["content"]).includes("trop long")));
      await shown.press("q");
      const { code, terminal } = await shown.end();
      assert.equal(code, 0);
      assertGivenBack(shown, terminal);
    });
  },
);

testWith(
  "script",
  "the console creates an account, imports a class, and makes a group and an invitation",
  async () => {
    await withDirectory(async (directory) => {
      await using server = await ServerProcess.start(directory);
      await Deno.writeTextFile(`${directory}/2SLAM.csv`, "nom;rôle\nzoé;membre\nmax;modérateur\n");
      const shown = await ConsoleProcess.start(directory, { size: "rows 24 cols 120" });
      await shown.shows(/Nobody is connected/);
      await shown.press("2");
      await shown.shows(/There are no accounts yet/);
      await shown.press("aéva\r\r");
      await shown.shows(/éva: Password/);
      await shown.press("geheim\r");
      await shown.shows(/Create the account éva\? \(y\/n\)/);
      await shown.press("y");
      await shown.shows(/éva +member/);
      await using eva = await Client.connect(server.port);
      const login = await eva.ask({ type: "login", username: "éva", password: "geheim" });
      assert.equal(login["status"], "ok");
      await shown.press(`i${directory}/2SLAM.csv\r${directory}/slips.html\ry`);
      await shown.shows(/Imported: 2 created, 0 moved, 0 changed, 0 unchanged/);
      await shown.shows(/max +moderator/);
      assert.match(await Deno.readTextFile(`${directory}/slips.html`), /zoé/);
      await shown.press("3aprojet\ry");
      await shown.shows(/2SLAM +class +2[^]*projet/);
      await shown.press("4a\r\r\r\ry");
      await shown.shows(/Created the invitation: \S+-\S+-\S+ +http/);
      await shown.press("q");
      const { code, terminal } = await shown.end();
      assert.equal(code, 0);
      assertGivenBack(shown, terminal);
      assert.ok(!shown.text.includes("geheim"), "passwords are not shown");
    });
  },
);

testWith(
  "script",
  "the console restores the terminal on Ctrl-C, and when the server stops",
  async () => {
    await withDirectory(async (directory) => {
      await using server = await ServerProcess.start(directory);
      const first = await ConsoleProcess.start(directory);
      await first.shows(/Nobody is connected/);
      await first.press("a\x03");
      const left = await first.end();
      assert.equal(left.code, 0);
      assertGivenBack(first, left.terminal);

      const second = await ConsoleProcess.start(directory, { size: "rows 9 cols 40" });
      await second.shows(/Too small/);
      server.signal("SIGTERM");
      const lost = await second.end();
      assert.equal(lost.code, 1);
      assert.match(second.text, /The server closed the connection/);
      assertGivenBack(second, lost.terminal);
    });
  },
);

testWith(
  "script",
  "a dumb terminal receives no escape sequences, and one page per key",
  async () => {
    await withDirectory(async (directory) => {
      await using server = await ServerProcess.start(directory);
      await using _lea = await Client.guest(server.port, "léa");
      const shown = await ConsoleProcess.start(directory, { term: "dumb" });
      await shown.shows(/> +1 +léa +guest[^]+q quit/);
      await shown.press("k");
      await shown.shows(/léa: Reason/);
      await shown.press("\x03");
      const { code, terminal } = await shown.end();
      assert.equal(code, 0);
      // Deno itself may write some at the start, when it runs from the sources.
      assert.ok(!shown.text.slice(shown.text.indexOf("ClassCord")).includes("\x1b"));
      assert.match(terminal, / icanon /);
    });
  },
);
