// The baseline. It relays messages as the original server does: one message after the other, and one awaited write
// for each recipient. It has no accounts, storage, checks, limits or metrics. `naive.ts PORT`.

interface Client {
  readonly conn: Deno.TcpConn;
  name: string | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const clients = new Set<Client>();
let turn: Promise<void> = Promise.resolve();

async function writeAll(conn: Deno.TcpConn, text: string): Promise<void> {
  let bytes = encoder.encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await conn.write(bytes));
}

async function sendToOthers(sender: Client, object: unknown): Promise<void> {
  for (const client of [...clients]) {
    if (client === sender || client.name === undefined) continue;
    await writeAll(client.conn, `${JSON.stringify(object)}\n`).catch(() => clients.delete(client));
  }
}

async function handle(client: Client, line: string): Promise<void> {
  const request = JSON.parse(line);
  if (request.type === "ping") {
    await writeAll(client.conn, `${JSON.stringify({ type: "pong", ref: request.ref })}\n`);
    return;
  }
  if (client.name === undefined) {
    client.name = String(request.from);
    await sendToOthers(client, { type: "status", user: client.name, state: "online" });
  }
  if (request.content === "") return;
  const timestamp = new Date().toISOString();
  await sendToOthers(client, { ...request, from: client.name, timestamp });
}

async function serve(client: Client): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const count = await client.conn.read(buffer).catch(() => null);
    if (count === null) break;
    text += decoder.decode(buffer.subarray(0, count));
    const lines = text.split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      // The original holds one lock while it sends to everyone.
      turn = turn.then(() => handle(client, line)).catch(() => {});
      await turn;
    }
  }
  clients.delete(client);
  client.conn.close();
}

const listener = Deno.listen({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0]),
  tcpBacklog: 4096,
});
console.log("chat on it; telnet away");
for await (const conn of listener) {
  const client = { conn, name: undefined };
  clients.add(client);
  serve(client);
}
