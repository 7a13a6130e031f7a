// Measures the memory that a server retains for idle connections after garbage collection. It runs in a process of its
// own with `--expose-gc`: `retained.ts PROTOCOL CONNECTIONS` prints the bytes of one connection as JSON.
import { startTestServer } from "../tests/support/server.ts";
import { whileIdle } from "./generate.ts";
import type { LoadOptions } from "./load.ts";

/** Measures the bytes that a server retains for one idle connection. */
export async function retainedBytes(
  protocol: LoadOptions["protocol"],
  connections: number,
): Promise<number> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--lock=deno.lock", "--frozen", "--v8-flags=--expose-gc"],
      ...[new URL(import.meta.url).pathname, protocol, String(connections)],
    ],
    cwd: new URL("../", import.meta.url).pathname,
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!output.success) throw new Error(`could not measure idle connections of ${protocol}`);
  return JSON.parse(new TextDecoder().decode(output.stdout).trim());
}

/** Returns the bytes in use after garbage collection. */
function held(): number {
  const { gc } = globalThis as unknown as { gc: () => void };
  for (let i = 0; i < 3; i++) gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

async function measure(protocol: LoadOptions["protocol"], connections: number): Promise<number> {
  await using server = await startTestServer({
    limits: { connections_per_address: 0, connections: 0, messages_per_second: 0 },
  });
  const before = held();
  const after = await whileIdle({ port: server.port, protocol, connections }, held);
  return (after - before) / connections;
}

if (import.meta.main) {
  const [protocol = "classcord", connections = "1000"] = Deno.args;
  console.log(await measure(protocol as LoadOptions["protocol"], Number(connections)));
  Deno.exit(0);
}
