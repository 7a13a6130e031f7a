// The admin socket. The mode of its file decides who may connect. Bans and limits do not apply, and its
// connections are not counted.
import type { ConnectionLimits } from "../net/connection.ts";
import { Gate, type GateOptions } from "../net/gate.ts";
import { SocketTaken, UnixListener, type UnixListenerOptions } from "../net/unix_listener.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { oneLine } from "../ops/log/text.ts";
import { ListenFailure } from "./listen.ts";

/** A list of ten thousand connections is long. Operators are trusted to read it. */
const OPERATOR_LIMITS: ConnectionLimits = { lineBytes: 64 * 1024, outboxBytes: 32 * 2 ** 20 };

/** The options of the admin socket. */
export interface AdminSocketOptions {
  readonly config: Config;
  readonly log: Log;
  /** Whether to fail if it cannot be opened. Otherwise the failure is logged. */
  readonly needsAdminSocket?: boolean;
}

/** The open socket. */
export interface AdminSocket {
  readonly path: string;
  /** Stops accepting connections and removes the socket. */
  close(): Promise<void>;
  /** Resolves when all connections have ended; after `within` milliseconds they are aborted. */
  finish(within: number): Promise<void>;
}

/**
 * Opens the admin socket, if the settings enable it. @throws {ListenFailure} if it is required but cannot be
 * opened.
 */
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
