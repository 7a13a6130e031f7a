// Reads the kernel's table of TCP connections and finds the peers that owe an acknowledgement.
import { hostPort } from "../address.ts";
import { normalizeRange } from "../ranges.ts";

/** Returns the key of a connection, made of the addresses and ports of both ends. */
export function endpointsKey(wire: Pick<Deno.TcpConn, "localAddr" | "remoteAddr">): string {
  const [local, remote] = [wire.localAddr, wire.remoteAddr].map(({ hostname, port }) =>
    hostPort(normalizeRange(hostname.replace(/%.*/, "")) ?? hostname, port)
  );
  return `${local} ${remote}`;
}

/**
 * A line of a connection in `/proc/net/tcp` or `/proc/net/tcp6`. Groups: the local end, the remote end, the bytes in
 * the send queue, retransmissions (`retrnsmt`), unanswered probes (`timeout`).
 */
const LINE =
  /^ *\d+: ([\dA-F]{8,32}:[\dA-F]{4}) ([\dA-F]{8,32}:[\dA-F]{4}) [\dA-F]{2} ([\dA-F]{8}):[\dA-F]{8} [\dA-F]{2}:[\dA-F]{8} ([\dA-F]{8}) +\d+ +(\d+) /;

/**
 * Finds whether the peer of a line owes an acknowledgement. It does if the kernel is sending data again, or if data
 * waits and the peer has not answered the probe that asks whether it has room for data.
 *
 * @returns The key of the connection, as {@linkcode endpointsKey} makes it; `undefined` for all other lines.
 */
export function stalledOf(line: string): string | undefined {
  const [, local, remote, queued, retransmissions, probes] = LINE.exec(line) ?? [];
  if (local === undefined || Number(`0x${queued}`) === 0) return undefined;
  if (Number(`0x${retransmissions}`) === 0 && probes === "0") return undefined;
  return `${readEnd(local)} ${readEnd(remote!)}`;
}

/**
 * Reads the table. Deno lets only programs with all permissions read `/proc`, so this function runs `cat`. This also
 * keeps the work of the kernel out of the event loop.
 *
 * @returns The keys of the connections whose peers owe an acknowledgement.
 * @throws An error if the table cannot be read.
 */
export async function readStalled(): Promise<Set<string>> {
  // Without IPv6, the second file does not exist. The systemd unit hides `/proc/net`, so the paths contain `self`.
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

// The kernel writes each 32 bits in the machine's byte order: little-endian on all machines that Deno supports.
function readEnd(text: string): string {
  const [address = "", port = ""] = text.split(":");
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) => word.match(/../g)!.reverse());
  const host = bytes.length === 4
    ? bytes.map((byte) => Number(`0x${byte}`)).join(".")
    : normalizeRange(bytes.join("").match(/.{4}/g)!.join(":"))!;
  return hostPort(host, Number(`0x${port}`));
}
