// The admin socket. Its file mode says who may connect: no ban and no limit applies, and connections are not counted.
import type { ConnectionLimits } from "../net/connection.ts";
import { Gate, type GateOptions } from "../net/gate.ts";
import { SocketTaken, UnixListener, type UnixListenerOptions } from "../net/unix_listener.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { oneLine } from "../ops/log/text.ts";
import { ListenFailure } from "./listen.ts";

/** An answer about ten thousand connections is long; who may ask is trusted to read it. */
const OPERATOR_LIMITS: ConnectionLimits = { lineBytes: 64 * 1024, outboxBytes: 32 * 2 ** 20 };

/** How the admin socket is opened. */
export interface AdminSocketOptions {
  readonly config: Config;
  readonly log: Log;
  /** Whether it is a failure if it cannot be; without this the log says so. */
  readonly needsAdminSocket?: boolean;
}

/** The open socket. */
export interface AdminSocket {
  readonly path: string;
  /** Accepts no more, and removes the socket. */
  close(): Promise<void>;
  /** Resolves when every connection has ended; after `within` milliseconds they are cut off. */
  finish(within: number): Promise<void>;
}

/** Opens the admin socket, if there shall be one. @throws {ListenFailure} where there must be. */
export async function openAdminSocket(
  { config, log, needsAdminSocket = false }: AdminSocketOptions,
  { nextId, acceptFailed, ...rest }:
    & Pick<UnixListenerOptions, "nextId" | "acceptFailed">
    & Pick<GateOptions, "turns" | "departures" | "open">,
): Promise<AdminSocket | undefined> {
  const { socket: path } = config.admin;
  if (path === "") return undefined;
  try {
    const gate = new Gate<Deno.UnixConn>({ limits: OPERATOR_LIMITS, ...rest });
    const listener = await UnixListener.open({ path, gate, nextId, acceptFailed });
    return {
      path,
      async close() {
        gate.close();
        await listener.close();
      },
      finish: (within) => gate.finish(within),
    };
  } catch (error) {
    const reason = error instanceof SocketTaken
      ? error.message
      : `${path}: cannot listen: ${oneLine(String(error))}`;
    const text = `admin socket: ${reason}. Set admin.socket to another path, or to "" for none.`;
    if (needsAdminSocket) throw new ListenFailure(text, { cause: error });
    log.write("warning", "DEMARRAGE", text);
    return undefined;
  }
}
