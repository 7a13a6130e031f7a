// Tests of other WebSocket clients: the package ws, Deno, Python's websockets and Java's HttpClient. Each client joins,
// writes, reads a long line, and leaves.
import assert from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const LONG = "é".repeat(4_000);

/** Checks what another user in the room receives from the client, and sends the client a long line. */
async function converse(server: TestServer, work: (port: number) => Promise<void>): Promise<void> {
  await using telnet = await Client.guest(server.port, "tom");
  const working = work(server.port);
  assert.deepEqual(await telnet.line(), { type: "status", user: "léa", state: "online" });
  assert.equal((await telnet.line())["content"], "bonjour");
  await telnet.send({ type: "message", content: LONG });
  assert.equal((await telnet.line())["content"], `${LONG.length}`);
  await working;
  assert.deepEqual(await telnet.line(), { type: "status", user: "léa", state: "offline" });
  assert.doesNotMatch(await server.log(), /Problème/);
}

const JOIN = JSON.stringify({ type: "message", from: "léa", content: "bonjour" });

function answerTo(text: string): string {
  const content = String(JSON.parse(text).content.length);
  return JSON.stringify({ type: "message", content });
}

Deno.test("the package ws talks to the server", async () => {
  await using server = await startTestServer();
  await converse(server, async (port) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, "classcord", {
      perMessageDeflate: true,
    });
    await once(socket, "open");
    assert.equal(socket.protocol, "classcord");
    socket.send(JOIN);
    const [bytes] = await once(socket, "message");
    socket.ping("are you there");
    const [pong] = await once(socket, "pong");
    assert.equal(String(pong), "are you there");
    socket.send(answerTo(String(bytes)));
    socket.close(4000, "bye");
    const [code, reason] = await once(socket, "close");
    assert.deepEqual([code, String(reason)], [4000, ""]);
  });
});

Deno.test("Deno's own WebSocket talks to the server, as browsers do", async () => {
  await using server = await startTestServer();
  await converse(server, async (port) => {
    const socket = new globalThis.WebSocket(`ws://127.0.0.1:${port}/ws`, "classcord");
    const next = (type: string) =>
      new Promise<Event>((resolve) => socket.addEventListener(type, resolve, { once: true }));
    await next("open");
    socket.send(JOIN);
    const { data } = await next("message") as MessageEvent<string>;
    socket.send(answerTo(data));
    const closed = next("close");
    socket.close(3001);
    const { code, wasClean } = await closed as CloseEvent;
    assert.deepEqual([code, wasClean], [3001, true]);
  });
});

async function run(command: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null" }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

const PYTHON = `
import asyncio, json, sys, websockets

async def main():
    async with websockets.connect(f"ws://127.0.0.1:{sys.argv[1]}/ws", subprotocols=["classcord"], ping_interval=None) as socket:
        assert socket.subprotocol == "classcord"
        await socket.send(sys.argv[2])
        line = json.loads(await socket.recv())
        await asyncio.wait_for(await socket.ping(), 20)
        # In fragments.
        await socket.send(['{"type":"message",', '"content":"%d"}' % len(line["content"])])
    assert socket.close_code == 1000, socket.close_code

asyncio.run(main())
`;

/** Returns a Python that has the module `websockets`, if there is one. */
function findPython(): string | undefined {
  return ["python3", "/usr/bin/python3"].find((python) => {
    try {
      const args = ["-c", "import websockets"];
      return new Deno.Command(python, { args, stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  });
}

const python = findPython();

testWith(
  { programs: [], also: { "Python's module websockets": python !== undefined } },
  "Python's websockets talks to the server",
  async () => {
    await using server = await startTestServer();
    await converse(server, (port) => run(python!, ["-c", PYTHON, String(port), JOIN]));
  },
);

const JAVA = `
import java.net.URI;
import java.net.http.*;
import java.util.concurrent.*;

public class Talk implements WebSocket.Listener {
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<String> line = new CompletableFuture<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> pong = new CompletableFuture<>();

  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    text.append(data);
    if (last) line.complete(text.toString());
    socket.request(1);
    return null;
  }

  public CompletionStage<?> onPong(WebSocket socket, java.nio.ByteBuffer data) {
    pong.complete(null);
    socket.request(1);
    return null;
  }

  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    closed.complete(code);
    return null;
  }

  public static void main(String[] args) throws Exception {
    Talk talk = new Talk();
    WebSocket socket = HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("classcord")
        .buildAsync(URI.create("ws://127.0.0.1:" + args[0] + "/ws"), talk).get();
    socket.sendText(args[1].substring(0, 20), false).get();
    socket.sendPing(java.nio.ByteBuffer.wrap(new byte[5])).get();
    socket.sendText(args[1].substring(20), true).get();
    String line = talk.line.get(20, TimeUnit.SECONDS);
    talk.pong.get(20, TimeUnit.SECONDS);
    int length = line.split("\\"content\\":\\"")[1].split("\\"")[0].length() / "\\\\u00e9".length();
    socket.sendText("{\\"type\\":\\"message\\",\\"content\\":\\"" + length + "\\"}", true).get();
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
    if (talk.closed.get(20, TimeUnit.SECONDS) != 1000) throw new Exception("another code");
    System.exit(0);
  }
}
`;

testWith({ programs: ["java", "javac"] }, "Java's HttpClient talks to the server", async () => {
  await using server = await startTestServer();
  await withDirectory(async (directory) => {
    const file = `${directory}/Talk.java`;
    await Deno.writeTextFile(file, JAVA);
    await converse(
      server,
      (port) => run("java", [file, String(port), JOIN.replace("é", "\\u00e9")]),
    );
  });
});
