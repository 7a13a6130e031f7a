// A relay in front of a server. It can be cut: then nothing passes any more, and neither side is notified.

/** A relay that runs. */
export interface Relay {
  /** Its own address. */
  readonly address: string;
  /** Lets nothing pass any more. New connections get no answer. */
  cut(): void;
  /** Closes the connections that were cut. New ones pass again. */
  repair(): void;
}

/** Runs `work` with a relay to a port of this machine. */
export async function withRelay(
  port: number,
  work: (relay: Relay) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.Conn>();
  const pumps: Promise<void>[] = [];
  let isCut = false;
  const close = () => {
    for (const connection of connections) {
      try {
        connection.close();
      } catch {
        // It is closed already.
      }
    }
    connections.clear();
  };
  const pump = async (from: Deno.Conn, to: Deno.Conn) => {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let count; (count = await from.read(buffer)) !== null;) {
        if (isCut) continue;
        for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
      }
    } catch {
      // The other end has closed it.
    }
    if (!isCut) close();
  };
  const accepting = (async () => {
    for await (const near of listener) {
      connections.add(near);
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      connections.add(far);
      pumps.push(pump(near, far), pump(far, near));
    }
  })();
  try {
    await work({
      address: `127.0.0.1:${listener.addr.port}`,
      cut: () => isCut = true,
      repair() {
        close();
        isCut = false;
      },
    });
  } finally {
    listener.close();
    close();
    await accepting;
    await Promise.all(pumps);
  }
}
