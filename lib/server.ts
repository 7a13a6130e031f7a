// Builds the server out of its parts, in order, and takes it down in the opposite one.
import { Accounts } from "./auth/accounts.ts";
import { PasswordPool } from "./auth/password_pool.ts";
import { Throttle } from "./auth/throttle.ts";
import { ChatServer } from "./chat/chat_server.ts";
import { createDelivery } from "./chat/delivery.ts";
import { createLocalLog } from "./chat/message_log.ts";
import { Roster } from "./chat/roster.ts";
import { startHttpServer } from "./http/server.ts";
import { addressMatcher } from "./net/address.ts";
import { Admission } from "./net/admission.ts";
import { ChatListener } from "./net/listener.ts";
import type { Config } from "./ops/config/schema.ts";
import { createJournal } from "./ops/journal.ts";
import type { Log } from "./ops/log.ts";
import { createMetrics } from "./ops/metrics.ts";
import { observeWith } from "./ops/observers.ts";
import { AccountStore } from "./store/accounts.ts";
import { openDatabase } from "./store/database.ts";
import { MessageStore } from "./store/messages.ts";
import { lockForServer } from "./store/server_lock.ts";

/** A server that runs. */
export interface RunningServer {
  /** Where the chat listens. */
  readonly chat: Deno.NetAddr;
  /** Where metrics and health are served. */
  readonly metrics: Deno.NetAddr;
  /** Path of the database. */
  readonly databasePath: string;
  /** Accepts no more, says so to everyone, writes out what is queued, and closes everything. */
  stop(): Promise<void>;
}

/** What a server is built from. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The main module, which is also the source of the password workers. */
  readonly mainModule: URL;
}

/** How long connections may take to accept their last lines when the server stops. */
export const DRAIN_MS = 5_000;
