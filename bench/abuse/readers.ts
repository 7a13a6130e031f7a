// A process beside an attack: clients that have joined and read everything that arrives. `readers.ts JSON` prints
// `ready`. It prints how many were disconnected when its standard input ends.
import { connect } from "node:net";
import { opened } from "./caller.ts";

/** The options of the process. */
export interface ReadersOptions {
  readonly port: number;
  readonly count: number;
}

/** The results. */
export interface ReadersResult {
  readonly cut: number;
  readonly bytes: number;
}

const AT_ONCE = 20;
const ADDRESSES = 250;

async function read({ port, count }: ReadersOptions): Promise<void> {
  let bytes = 0;
  let cut = 0;
  let closing = false;
  async function join(i: number): Promise<void> {
    const socket = connect({
      host: "127.0.0.1",
      port,
      localAddress: `127.0.2.${1 + i % ADDRESSES}`,
    });
    await opened(socket);
    const heard = Promise.withResolvers<void>();
    socket.on("error", () => {});
    socket.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      heard.resolve();
    });
    socket.on("close", () => {
      if (!closing) cut++;
      heard.resolve();
    });
    const joined = { type: "message", from: `reader${i}`, content: "" };
    socket.write(`${JSON.stringify(joined)}\n{"type":"ping"}\n`);
    await heard.promise;
  }
  for (let at = 0; at < count; at += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - at);
    await Promise.all(Array.from({ length: some }, (_, i) => join(at + i)));
  }
  bytes = 0;
  console.log("ready");
  for await (const _ of Deno.stdin.readable);
  closing = true;
  const result: ReadersResult = { cut, bytes };
  console.log(JSON.stringify(result));
}

if (import.meta.main) {
  await read(JSON.parse(Deno.args[0] ?? "{}"));
  Deno.exit(0);
}
