// Decides how a command changes accounts: through the running server, so that the change applies at once, or in
// the database if no server runs.
import type { Command } from "commander";
import type { AccountAdmin } from "./account_admin.ts";
import { findServer, type ServerPresence } from "../../store/server_lock.ts";
import { type AccountTools, withAccounts } from "./offline.ts";
import { connectTo, introduce, socketsOf } from "../admin/connect.ts";
import { type AdminClient, ConnectionLost, Refused } from "../admin/client.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { databaseAccounts } from "./database.ts";
import { serverAccounts } from "./server.ts";
import { serviceUserHint } from "../service_user.ts";
import { settingsOf } from "../settings.ts";
import { harmless } from "../terminal/text.ts";

/** Adds the option for the admin socket, in case it is not where the settings say. */
export function withSocketOption(command: Command): Command {
  return command.option(
    "--socket <path>",
    "admin socket of the running server (default: from the settings)",
  );
}

/**
 * Runs some work on accounts.
 *
 * @throws {CommandFailure} if a server runs but its socket cannot be used, or if the work fails.
 */
export async function withAccountAdmin(
  command: Command,
  work: (admin: AccountAdmin) => Promise<void>,
): Promise<void> {
  await withServerOrDatabase(command, {
    server: (client) => work(serverAccounts(client)),
    database: (tools) => work(databaseAccounts(tools)),
  });
}

/** The same work, for a server that runs and for the database. */
export interface EitherWork {
  readonly server: (client: AdminClient) => Promise<void>;
  readonly database: (tools: AccountTools) => Promise<void>;
}

/**
 * Runs some work through the running server, or in the database if no server runs.
 *
 * @throws {CommandFailure} if a server runs but its socket cannot be used, or if the work fails.
 */
export async function withServerOrDatabase(command: Command, work: EitherWork): Promise<void> {
  const { config } = settingsOf(command);
  const dataDir = config.store.data_dir;
  const presence = findServer(dataDir);
  if (presence.state === "none") {
    return await withAccounts(command, work.database);
  }
  using client = await connect(command, dataDir, presence);
  try {
    await introduce(client);
    await refuseOther(client, dataDir, presence);
    await work.server(client);
  } catch (error) {
    if (error instanceof Refused) throw new CommandFailure(harmless(error.message));
    if (error instanceof ConnectionLost) {
      throw new CommandFailure("The server closed the connection before it answered.");
    }
    throw error;
  }
}

async function connect(
  command: Command,
  dataDir: string,
  presence: ServerPresence,
): Promise<AdminClient> {
  try {
    return await connectTo(socketsOf(command));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const isRunning = presence.state === "running";
    const found = isRunning
      ? `A server${processText(presence.pid)} uses ${harmless(dataDir)}`
      : `This user cannot read ${harmless(dataDir)}`;
    const hint = isRunning ? "" : ` ${serviceUserHint(dataDir)}`;
    throw new CommandFailure(
      `${found}. Accounts are changed through the admin socket of the server, which cannot be used:\n` +
        `${error.message}\nIf the server is stopped, accounts are changed in the database.${hint}`,
      error.exitCode,
    );
  }
}

// The data directory of --data-dir may belong to another server than the socket that answers.
async function refuseOther(
  client: AdminClient,
  dataDir: string,
  presence: ServerPresence,
): Promise<void> {
  if (presence.state !== "running" || presence.pid === undefined) return;
  const { pid } = await client.ask({ type: "stats" });
  if (pid === presence.pid) return;
  throw new CommandFailure(
    `This admin socket belongs to process ${pid}, but ${
      harmless(dataDir)
    } is used by another server` +
      `${processText(presence.pid)}. Name its socket with --socket.`,
    EXIT.unavailable,
  );
}

function processText(pid: number | undefined): string {
  return pid === undefined ? "" : ` (process ${pid})`;
}
