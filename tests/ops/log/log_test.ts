// Tests of the log: its format, file and console, and its safety from client text.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Console, createConsole } from "../../../lib/ops/log/stdout.ts";
import { createJournal } from "../../../lib/ops/observers/journal.ts";
import { LogFileError } from "../../../lib/ops/log/file.ts";
import { openLog } from "../../../lib/ops/log/log.ts";
import { errorText, oneLine, quote } from "../../../lib/ops/log/text.ts";
import { observeWith } from "../../../lib/ops/observers/all.ts";
import { withDirectory } from "../../support/directory.ts";

const peer = { id: 17, address: "10.0.0.5", port: 51234 };

/** The filter of the original server and the one that ClassCord installs. */
const FAILURE = /\[ERREUR\] Problème avec (\S+)/;

function memoryConsole(): Console & { text: string } {
  return {
    text: "",
    write(line) {
      this.text += line;
    },
    flush: () => Promise.resolve(),
  };
}

function journalText(tell: (journal: ReturnType<typeof createJournal>) => void): string {
  const console = memoryConsole();
  const log = openLog({ file: "", level: "debug", console, now: () => 0 });
  let now = 0;
  tell(createJournal(log, { now: () => now += 100 }));
  return console.text;
}

Deno.test("a failed login writes the line that fail2ban filters count", () => {
  assert.equal(
    journalText((journal) => journal.login(peer, "bob", "failed")),
    '1970-01-01T00:00:00.000Z - WARNING - [ERREUR] Problème avec 10.0.0.5 : login_failed user="bob"\n',
  );
});

Deno.test("a successful login, or one that found the server busy, is not a failure", () => {
  const text = journalText((journal) => {
    journal.login(peer, "bob", "ok");
    journal.login(peer, "bob", "busy");
    journal.joined(peer, "bob", "member");
  });
  assert.doesNotMatch(text, FAILURE);
  assert.match(text, /\[LOGIN\] 10\.0\.0\.5:51234 conn=17 user="bob" member\n$/);
});

Deno.test("an IPv6 address has no brackets where filters look for it, and brackets elsewhere", () => {
  const six = { ...peer, address: "2001:db8::1" };
  const text = journalText((journal) => {
    journal.offence(six, "flooding");
    journal.connected(six);
  });
  assert.match(text, /Problème avec 2001:db8::1 : flooding conn=17\n/);
  assert.match(text, /\[CONNEXION\] \[2001:db8::1\]:51234 conn=17\n/);
});

Deno.test("no client name can break a line or accuse another address", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      'x"\n2026-01-01 - WARNING - [ERREUR] Problème avec 10.9.9.9 : login_failed',
      "[ERREUR] Problème avec 10.9.9.9 : login_failed",
      "\u2028[ERREUR] Problème avec 10.9.9.9",
      "\r[ERREUR] Problème avec ::1",
      "\u202e9.9.9.9",
    ),
  );
  fc.assert(fc.property(hostile, (name) => {
    const text = journalText((journal) => {
      journal.login(peer, name, "failed");
      journal.registered(peer, name);
      journal.joined(peer, name, "guest");
      journal.left(peer, name);
      journal.stateChanged(peer, name, name);
    });
    const lines = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
    assert.equal(lines.pop(), "");
    assert.equal(lines.length, 5);
    const accused = lines.flatMap((line) => FAILURE.exec(line)?.[1] ?? []);
    assert.deepEqual(accused, ["10.0.0.5"]);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Bidi_Control}]/u);
  }));
});

Deno.test("quote cuts a long text between characters", () => {
  assert.equal(quote("é".repeat(64)), `"${"é".repeat(64)}"`);
  assert.equal(quote("𝒳".repeat(65)), `"${"𝒳".repeat(64)}…"`);
});

Deno.test("errorText has the name, message, cause and place on one line, without quoted input", () => {
  const error = new Error('Unexpected token in "the secret"\nat all', {
    cause: new TypeError("why"),
  });
  const text = errorText(error);
  assert.equal(oneLine(text), text);
  assert.match(text, /Error .*cause=TypeError .*stack="/);
  assert.doesNotMatch(text, /secret/);
  assert.equal(errorText("text"), "thrown=string");
});

Deno.test("rejected connections are logged once per second, with their number", () => {
  const text = journalText((journal) => {
    for (let i = 0; i < 25; i++) journal.refusedConnection(peer, "connections");
  });
  const lines = text.trimEnd().split("\n");
  assert.ok(lines.length < 5, text);
  assert.match(lines.at(-1)!, /limit=connections and \d+ more$/);
});

Deno.test("openLog omits lines below its level", () => {
  const console = memoryConsole();
  const log = openLog({ file: "", level: "warning", console, now: () => 0 });
  log.write("info", "LOGIN", "a");
  log.write("warning", "ERREUR", "b\nc");
  assert.equal(console.text, "1970-01-01T00:00:00.000Z - WARNING - [ERREUR] b c\n");
});

Deno.test("openLog appends, only its group can read the file, and logging continues in a new file", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/logs/classcord.log`;
    await Deno.mkdir(`${directory}/logs`);
    await Deno.writeTextFile(file, "before\n", { mode: 0o640 });
    const log = openLog({ file, level: "info" });
    log.write("info", "LOGIN", "one");
    await Deno.rename(file, `${file}.1`);
    log.write("info", "LOGIN", "two");
    log.reopen();
    log.write("info", "LOGIN", "three");
    await log.close();
    assert.match(await Deno.readTextFile(`${file}.1`), /^before\n.*one\n.*two\n$/);
    assert.match(await Deno.readTextFile(file), /^.*three\n$/);
    assert.equal(Deno.statSync(file).mode! & 0o777, 0o640);
  });
});

Deno.test("a log whose directory is missing or replaced continues, and can be reopened later", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/log/classcord.log`;
    const log = openLog({ file, level: "info" });
    log.write("info", "LOGIN", "one");
    await Deno.rename(`${directory}/log`, `${directory}/moved`);
    await Deno.writeTextFile(`${directory}/log`, "");
    assert.match(log.reopen()!, /cannot write the log: /);
    log.write("info", "LOGIN", "two");
    const moved = await Deno.readTextFile(`${directory}/moved/classcord.log`);
    assert.match(
      moved,
      /one\n.*ERROR - \[RELOAD\].*continues in the file that was open\.\n.*two\n$/,
    );
    await Deno.remove(`${directory}/log`);
    assert.equal(log.reopen(), undefined);
    log.write("info", "LOGIN", "three");
    await log.close();
    assert.match(await Deno.readTextFile(file), /^.*three\n$/);
  });
});

Deno.test("openLog reports a file that cannot be written", async () => {
  await withDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "");
    assert.throws(
      () => openLog({ file: `${directory}/file/classcord.log`, level: "info" }),
      (error) => {
        assert.ok(error instanceof LogFileError);
        assert.ok(error.message.includes(`${directory}/file/classcord.log`));
        return true;
      },
    );
  });
});

Deno.test("a console without a reader drops lines instead of using more memory, and reports it", async () => {
  const written: string[] = [];
  let release = () => {};
  const console = createConsole({
    async write(bytes) {
      await new Promise<void>((resolve) => release = resolve);
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  });
  const line = `${"x".repeat(999)}\n`;
  for (let i = 0; i < 3000; i++) console.write(line);
  const flushed = console.flush();
  while (written.length < 2) {
    release();
    await Promise.resolve();
  }
  await flushed;
  const text = written.join("");
  assert.ok(text.length < 1.1 * 1024 * 1024);
  assert.match(text, /\.\.\. \d+ lines were not read in time\n$/);
});

Deno.test("a console whose reader has closed does not fail", async () => {
  const console = createConsole({ write: () => Promise.reject(new Deno.errors.BrokenPipe()) });
  console.write("a\n");
  await assert.doesNotReject(console.flush());
  console.write("b\n");
  await assert.doesNotReject(console.flush());
});

Deno.test("observeWith calls all observers, even if one throws", () => {
  const told: string[] = [];
  const failures: unknown[] = [];
  const good = journalOf((name) => told.push(name));
  const bad = journalOf(() => {
    throw new Error("no");
  });
  observeWith([bad, good], (error) => failures.push(error)).connected(peer);
  assert.deepEqual(told, ["connected"]);
  assert.equal(failures.length, 1);
});

function journalOf(tell: (name: string) => void): ReturnType<typeof createJournal> {
  return new Proxy({} as ReturnType<typeof createJournal>, {
    get: (_, name) => () => tell(String(name)),
  });
}

Deno.test("a log changes to another file and level, or continues as before if that fails", async () => {
  await withDirectory(async (directory) => {
    const [first, second] = [`${directory}/first.log`, `${directory}/second.log`];
    const log = openLog({ file: first, level: "info", now: () => 0 });
    log.write("info", "STATUS", "one");
    log.configure({ file: second, level: "warning" });
    log.write("info", "STATUS", "two");
    log.write("warning", "STATUS", "three");
    await Deno.writeTextFile(`${directory}/file`, "");
    const impossible = { file: `${directory}/file/x.log`, level: "debug" } as const;
    assert.throws(() => log.configure(impossible), LogFileError);
    log.write("info", "STATUS", "four");
    log.write("warning", "STATUS", "five");
    log.configure({ file: "", level: "debug" });
    log.write("error", "STATUS", "six");
    await log.close();
    const texts = async (path: string) => (await Deno.readTextFile(path)).match(/\w+$/gm);
    assert.deepEqual(await texts(first), ["one"]);
    assert.deepEqual(await texts(second), ["three", "five"]);
  });
});
