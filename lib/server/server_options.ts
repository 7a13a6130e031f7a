// What a server is built from, and what it offers once it runs.
import type { ReloadReport } from "../chat/operations.ts";
import type { NodeStatus } from "../cluster/status.ts";
import type { Services } from "../chat/services.ts";
import type { ClusterNode } from "../cluster/node.ts";
import type { BaseOptions } from "./base.ts";
import type { OpenLinks } from "./cluster/links.ts";

/** The server cannot start or go on. The message says what to do. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  /** Whether starting again helps. Otherwise an administrator has to change something. */
  readonly mayPass: boolean;

  constructor(message: string, options: ErrorOptions & { readonly mayPass: boolean }) {
    super(message, options);
    this.mayPass = options.mayPass;
  }
}

/** What a server is built from. */
export interface ServerOptions extends BaseOptions {
  /** Whether the start fails if the admin socket cannot be opened. Otherwise the failure is logged. */
  readonly needsAdminSocket?: boolean;
  /** Connects a node with its cluster. The default is NATS. */
  readonly openLinks?: OpenLinks | undefined;
  /** Ends a start that waits for other machines. */
  readonly signal?: AbortSignal | undefined;
  /** Called when an operator asks to stop the server. The caller then calls `stop`. */
  readonly shutdown?: (why: string, reason: string | undefined) => void;
  /** Called when the server cannot go on. The caller then calls `stop`. */
  readonly failed?: (error: unknown) => void;
}

/** A running server. */
export interface RunningServer {
  /** The address of the chat. */
  readonly chat: Deno.NetAddr;
  /** The address of the chat over TLS, if configured. */
  readonly tls: Deno.NetAddr | undefined;
  /** The address of the port for browsers only, if there is one. */
  readonly web: Deno.NetAddr | undefined;
  /** The address of metrics and health. */
  readonly metrics: Deno.NetAddr;
  /** Whether metrics and health use HTTPS. */
  readonly https: boolean;
  /** Path of the database. */
  readonly databasePath: string;
  /** The services of its chat. */
  readonly services: Services;
  /** Describes this server as a node of its cluster, if it is one. */
  readonly status?: () => NodeStatus;
  /** Path of the admin socket, if it is open. */
  readonly adminSocket: string | undefined;
  /** The node, if the server belongs to a cluster. */
  readonly node?: Pick<ClusterNode, "leads" | "resign">;
  /** Reopens the log and reloads the configuration. */
  reload(): ReloadReport;
  /**
   * Stops accepting connections, tells all users, writes out the outboxes within 5 s, and closes everything.
   *
   * @param reason The reason that the users are shown.
   */
  stop(reason?: string): Promise<void>;
}
