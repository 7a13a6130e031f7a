// `classcord check-client` as a user runs it: events for programs, the report, exit codes.
import assert from "node:assert/strict";
import { runCommand, spawn } from "../../support/process.ts";

type Event = Record<string, unknown>;

/** A running command whose output is read line by line. */
class Checking implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string, void>;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  port = 0;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = linesOf(child.stdout);
    this.#keyboard = child.stdin.getWriter();
  }

  static async start(...args: string[]): Promise<Checking> {
    const checking = new Checking(await spawn(["check-client", "--port", "0", ...args]));
    const first = await checking.find((line) => /(?:port |"port":)\d+/.test(line));
    checking.port = Number(/(?:port |"port":)(\d+)/.exec(first)![1]);
    return checking;
  }

  async find(wanted: (line: string) => boolean): Promise<string> {
    // A loop over the lines would end them.
    for (let next = await this.#lines.next(); !next.done; next = await this.#lines.next()) {
      if (wanted(next.value)) return next.value;
    }
    throw new Error(`the output ended: ${await new Response(this.#child.stderr).text()}`);
  }

  async event(name: string): Promise<Event> {
    return JSON.parse(await this.find((line) => line.startsWith(`{"event":"${name}"`)));
  }

  async rest(): Promise<string> {
    return (await Array.fromAsync(this.#lines)).join("\n");
  }

  answer(text: string): Promise<void> {
    return this.#keyboard.write(new TextEncoder().encode(`${text}\n`));
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  async code(): Promise<number> {
    return (await this.#child.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyboard.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.rest();
    if (!this.#child.stderr.locked) await this.#child.stderr.cancel();
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop()!;
    yield* lines;
  }
  if (text !== "") yield text;
}

const LOGIN = '{"type":"login","username":"lea","password":"1234"}\n';

async function connected(port: number, text: string): Promise<Deno.Conn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(text));
  return conn;
}

Deno.test("a client that does what a check wants passes it, and the exit code is 0", async () => {
  await using checking = await Checking.start("--only", "no-greeting");
  using _conn = await connected(checking.port, LOGIN);
  const report = await checking.rest();
  assert.match(report, /^BILAN$/m);
  assert.match(report, /^réussi +Le client parle le premier \[no-greeting\]$/m);
  assert.match(report, /^Échecs : 0\. Réussis : 1\./m);
  assert.equal(await checking.code(), 0);
});

Deno.test("the events say what to type, and the report what was received, what is wrong and where it is written", async () => {
  await using checking = await Checking.start("--json", "--only", "escaping", "--lang", "en");
  const start = await checking.event("step");
  assert.deepEqual([start["start"], start["fill"]], [
    true,
    { name: "lea", password: "1234", isNew: false },
  ]);
  using conn = await connected(checking.port, LOGIN);
  const typed = async () => (await checking.event("step"))["type"] as string;
  const send = async (text: string) =>
    await conn.write(new TextEncoder().encode(`{"type":"message","content":"${text}"}\n`));
  await send(await typed());
  await send(await typed());
  const report = await checking.event("report");
  const [finding] = report["findings"] as Event[];
  const { check, status, sent, problem, fix, rule } = finding!;
  assert.deepEqual([check, status], ["escaping", "failed"]);
  assert.equal(sent, '{"type":"message","content":"Il dit "oui" \\ C:\\temp"}');
  assert.match(String(problem), /the line is not JSON any more/);
  assert.match(String(fix), /JSON library/);
  assert.deepEqual((rule as Event)["page"], "docs/PROTOCOL.md");
  assert.equal(await checking.code(), 1);
});

Deno.test("answers are read as lines, and a question without an answer was not tried", async () => {
  for (const [answer, status] of [["o", "passed"], ["n", "failed"], ["?", "not_tried"]] as const) {
    await using checking = await Checking.start("--json", "--only", "decoding");
    await checking.event("step");
    using conn = await connected(checking.port, LOGIN);
    await checking.event("step");
    await conn.write(new TextEncoder().encode('{"type":"message","content":"ok"}\n'));
    const question = await checking.event("question");
    assert.match(String((question["shown"] as string[])[0]), /😀/);
    await checking.answer(answer);
    const [finding] = (await checking.event("report"))["findings"] as Event[];
    assert.equal(finding!["status"], status);
  }
});

Deno.test("Ctrl-C prints the report", async () => {
  await using checking = await Checking.start();
  checking.interrupt();
  assert.match(
    await checking.rest(),
    /^Échecs : 0\. Réussis : 0\..*\nLe contrôle a été interrompu\.$/m,
  );
  assert.equal(await checking.code(), 1);
});

Deno.test("a wrong check, a wrong port and a port in use are errors with a sentence", async () => {
  const unknown = await runCommand(["check-client", "--only", "utf8"]);
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
  assert.match(unknown.stderr, /The checks are: no-greeting, /);
  const wrong = await runCommand(["check-client", "--port", "70000"]);
  assert.equal(wrong.code, 2);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await runCommand(["check-client", "--port", `${taken.addr.port}`]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot listen: .* Choose another port with --port\.\n$/);
});
