// Runs the load generator in a process of its own, and measures what the server uses meanwhile.
import type { LoadOptions, LoadResult, Scenario } from "./load.ts";
import { cpuSeconds, residentBytes } from "./measure.ts";
import type { Server } from "./servers.ts";

const LOAD = new URL("load.ts", import.meta.url).pathname;

/** The options of a generator. The default of `protocol` is the server's first protocol. */
export type Load = Omit<LoadOptions, "port" | "protocol"> & Partial<Pick<LoadOptions, "protocol">>;

/** Runs the generator against a server. @returns The results, with the processor time that the server used. */
export async function generate(
  server: Server,
  scenario: Scenario,
  load: Load,
): Promise<Record<string, number>> {
  const { pid, port, protocol } = server;
  const cpu = cpuSeconds(pid);
  const begun = performance.now();
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-net", "--allow-sys"],
      LOAD,
      scenario,
      JSON.stringify({ protocol, ...load, port }),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!output.success) throw new Error(`the generator failed at ${scenario} of ${server.name}`);
  const result: LoadResult = JSON.parse(new TextDecoder().decode(output.stdout));
  const elapsed = (performance.now() - begun) / 1000;
  const used = cpuSeconds(pid) - cpu;
  const { deliveriesPerSecond } = result;
  return {
    ...result as Record<string, number>,
    ...(deliveriesPerSecond === undefined
      ? { serverCpuSeconds: used }
      : { cpuMicrosPerDelivery: used * 1e6 / (deliveriesPerSecond * (load.seconds ?? elapsed)) }),
  };
}

/** Opens connections that stay idle, and calls `measure` while they are open. */
export async function whileIdle<T>(
  load: Pick<LoadOptions, "port" | "protocol" | "connections">,
  measure: () => T,
): Promise<T> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...["run", "--allow-net", "--allow-sys"], LOAD, "idle", JSON.stringify(load)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const measured = measure();
  await child.stdin.close();
  await reader.cancel();
  await child.status;
  return measured;
}

/** Measures the memory of idle connections. */
export async function measureIdle(
  { pid, port, protocol: first }: Server,
  connections: number,
  protocol: LoadOptions["protocol"] = first,
): Promise<Record<string, number>> {
  const before = residentBytes(pid);
  const after = await whileIdle({ port, protocol, connections }, () => residentBytes(pid));
  return {
    emptyKiB: before / 1024,
    fullKiB: after / 1024,
    kibPerConnection: (after - before) / 1024 / connections,
  };
}
