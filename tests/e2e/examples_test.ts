// The example clients work against a server, even if the connection ends at the worst moment.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

const examples = new URL("../../examples/", import.meta.url);

/** What a relay loses together with the connection: the first message or its ack. */
type Loss = "message" | "ack";

/** A relay in front of the server. It closes its first connection when the message `un` passes. */
class Relay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns: Deno.Conn[] = [];
  readonly #work: Promise<void>[] = [];
  connections = 0;

  constructor(target: number, loss: Loss) {
    this.#work.push(this.#accept(target, loss));
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  async #accept(port: number, loss: Loss): Promise<void> {
    for await (const near of this.#listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#conns.push(near, far);
      const isFirst = ++this.connections === 1;
      const end = () => [near, far].forEach(close);
      this.#work.push(
        pump(near, far, isFirst && loss === "message" ? '"un"' : undefined).then(end),
        pump(far, near, isFirst && loss === "ack" ? '"id":1' : undefined).then(end),
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#conns.forEach(close);
    await Promise.all(this.#work);
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // The connection is closed already.
  }
}

/** Passes bytes on until the end, or until a text appears, which is dropped. */
async function pump(from: Deno.Conn, to: Deno.Conn, stopAt: string | undefined): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) return;
      const bytes = buffer.slice(0, count);
      if (stopAt !== undefined && new TextDecoder().decode(bytes).includes(stopAt)) return;
      for (let at = 0; at < count;) at += await to.write(bytes.subarray(at));
    }
  } catch {
    // One of the two connections has ended.
  }
}

for (const loss of ["message", "ack"] as const) {
  testWith(
    "python3",
    `client.py sends each message once, even if the connection ends and the ${loss} is lost`,
    async () => {
      await using server = await startTestServer();
      await using relay = new Relay(server.port, loss);
      await using watcher = await Client.guest(server.port, "watcher");
      await using example = new Deno.Command("python3", {
        args: [new URL("client.py", examples).pathname, "127.0.0.1", `${relay.port}`, "ada"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const ended = example.output();
      const writer = example.stdin.getWriter();
      await writer.write(new TextEncoder().encode("un\n"));
      const isMessage = (line: Record<string, unknown>) => line["type"] === "message";
      assert.equal((await watcher.find(isMessage))["content"], "un");
      // The client waits for the acks before it ends.
      await writer.write(new TextEncoder().encode("deux\n"));
      await writer.close();
      assert.equal((await watcher.find(isMessage))["content"], "deux");
      const { success, stdout } = await ended;
      assert.ok(success);
      assert.equal(new TextDecoder().decode(stdout), "");
      assert.equal(relay.connections, 2);
    },
  );
}

testWith("java", "Hello.java sends hello and prints the lines that arrive", async () => {
  const server = await startTestServer();
  await using watcher = await Client.guest(server.port, "watcher");
  const example = new Deno.Command("java", {
    args: [new URL("Hello.java", examples).pathname, "127.0.0.1", `${server.port}`],
    stdout: "piped",
  }).spawn();
  const ended = example.output();
  const hello = await watcher.find((line) => line["type"] === "message");
  assert.deepEqual([hello["from"], hello["content"]], ["java", "Bonjour à tous"]);
  await server[Symbol.asyncDispose]();
  const { success, stdout } = await ended;
  assert.ok(success);
  const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ type, code }) => code ?? type), ["ack", "shutting_down"]);
});

testWith("python3", "the ten lines of Python on the protocol page work", async () => {
  await using server = await startTestServer();
  await using bob = await Client.guest(server.port, "bob");
  const page = await Deno.readTextFile(new URL("../docs/PROTOCOL.md", examples));
  const script = /```python\n([^]*?)```/.exec(page)![1]!.replace("12345", String(server.port));
  await using python = new Deno.Command("python3", {
    args: ["-u", "-c", script],
    stdout: "piped",
  }).spawn();
  const heard = await bob.find(({ type }) => type === "message");
  assert.deepEqual([heard["from"], heard["content"]], ["python", "Bonjour"]);
  await bob.send({ type: "message", content: "été" });
  let shown = "";
  for await (const bytes of python.stdout) {
    shown += new TextDecoder().decode(bytes);
    if (shown.includes("été")) break;
  }
  assert.match(shown, /'from': 'bob'/);
});
