// Reads the kernel's table of TCP connections: which have data that is not acknowledged.
import { hostPort } from "../address.ts";
import { normalizeRange } from "../ranges.ts";

/** The two ends of a connection, as a key. */
export function endpointsKey(wire: Pick<Deno.TcpConn, "localAddr" | "remoteAddr">): string {
  const [local, remote] = [wire.localAddr, wire.remoteAddr].map(({ hostname, port }) =>
    hostPort(normalizeRange(hostname.replace(/%.*/, "")) ?? hostname, port)
  );
  return `${local} ${remote}`;
}

/**
 * A line of a connection in `/proc/net/tcp` or `/proc/net/tcp6` for which the peer owes an acknowledgement: data
 * is being sent again (`retrnsmt`), or data waits and the peer has not answered whether it has room (`timeout`).
 * Groups: the two ends, bytes in the send queue, retransmissions, unanswered probes.
 */
const LINE =
  /^ *\d+: ([\dA-F]{8,32}:[\dA-F]{4}) ([\dA-F]{8,32}:[\dA-F]{4}) [\dA-F]{2} ([\dA-F]{8}):[\dA-F]{8} [\dA-F]{2}:[\dA-F]{8} ([\dA-F]{8}) +\d+ +(\d+) /;

/**
 * The connection of a line, if its peer owes an acknowledgement.
 *
 * @returns Its key as {@linkcode endpointsKey} makes it.
 */
export function stalledOf(line: string): string | undefined {
  const [, local, remote, queued, retransmissions, probes] = LINE.exec(line) ?? [];
  if (local === undefined || Number(`0x${queued}`) === 0) return undefined;
  if (Number(`0x${retransmissions}`) === 0 && probes === "0") return undefined;
  return `${readEnd(local)} ${readEnd(remote!)}`;
}

/**
 * Reads the table. Deno gives `/proc` to programs with all permissions only, so `cat` reads it, which is beside
 * the event loop too.
 *
 * @returns Keys of the connections whose peers owe an acknowledgement.
 * @throws Where it cannot be read.
 */
export async function readStalled(): Promise<Set<string>> {
  // Where there is no IPv6 there is one file only. The systemd unit hides `/proc/net` itself.
  await using cat = new Deno.Command("cat", {
    args: ["/proc/self/net/tcp", "/proc/self/net/tcp6"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stalled = new Set<string>();
  let lines = 0;
  let rest = "";
  for await (const text of cat.stdout.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    lines += parts.length;
    for (const line of parts) {
      const key = stalledOf(line);
      if (key !== undefined) stalled.add(key);
    }
  }
  await cat.status;
  if (lines === 0) throw new Error("/proc/self/net/tcp: expected a table, got nothing");
  return stalled;
}

// Each 32 bits in the order of the machine's bytes: the least significant first, on all machines that Deno runs on.
function readEnd(text: string): string {
  const [address = "", port = ""] = text.split(":");
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) => word.match(/../g)!.reverse());
  const host = bytes.length === 4
    ? bytes.map((byte) => Number(`0x${byte}`)).join(".")
    : normalizeRange(bytes.join("").match(/.{4}/g)!.join(":"))!;
  return hostPort(host, Number(`0x${port}`));
}
