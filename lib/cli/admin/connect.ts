// Finds the admin socket of the running server, connects to it, and sends the operator's name.
import type { Command } from "commander";
import { ConfigError } from "../../ops/config/config_error.ts";
import { FILE_VARIABLE, SYSTEM_FILE } from "../../ops/config/inputs.ts";
import { FLAGS } from "../../ops/config/schema.ts";
import { unixUser } from "../../ops/operator.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { readSettings, type Settings } from "../settings.ts";
import { harmless } from "../terminal/text.ts";
import { AdminClient, ConnectionLost, Refused } from "./client.ts";

/** Where systemd puts the socket of the packaged service. */
const SERVICE_SOCKET = "/run/classcord/admin.sock";

/** Adds the options that select a server. */
export function withSocket(command: Command): Command {
  const dataDir = FLAGS.find(({ flag }) => flag === "--data-dir")!;
  return command
    .option("--socket <path>", "admin socket of the server (default: from the settings)")
    .option("--config <file>", `configuration file (default: ${SYSTEM_FILE})`)
    .option(`${dataDir.flag} ${dataDir.value}`, "data directory of the server");
}

/** Adds the options that select a server, and `--json`. */
export function withJson(command: Command): Command {
  return withSocket(command).option("--json", "print JSON");
}

/**
 * Connects to the running server, does some work with it, and disconnects.
 *
 * @param work Called with the connection and its number on the server.
 * @param paths Where the socket may be.
 * @throws {CommandFailure} if no server answers, the socket cannot be used, or the server rejects a request.
 */
export async function withServer(
  command: Command,
  work: (client: AdminClient, me: number) => Promise<void>,
  paths: readonly string[] = socketsOf(command),
): Promise<void> {
  using client = await connectTo(paths);
  try {
    const { conn = NaN } = await introduce(client);
    await work(client, conn);
  } catch (error) {
    if (error instanceof Refused) throw new CommandFailure(harmless(error.message));
    if (error instanceof ConnectionLost) {
      throw new CommandFailure("The server closed the connection before it answered.");
    }
    throw error;
  }
}

/**
 * Returns the paths where the socket may be, the most likely first.
 *
 * @throws {CommandFailure} if the settings are wrong or disable the socket.
 */
export function socketsOf(command: Command): string[] {
  const { socket } = command.opts<{ socket?: string }>();
  if (socket !== undefined) return [socket];
  let settings: Settings;
  try {
    settings = readSettings(command);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const text =
      `${error.message}\nUse --socket to name the socket instead of reading the settings.`;
    throw new CommandFailure(text, EXIT.config, { cause: error });
  }
  const configured = settings.config.admin.socket;
  if (configured === "") {
    throw new CommandFailure('admin.socket is "": the server has no admin socket.', EXIT.config);
  }
  const isDefault = settings.source("admin", "socket") === "default";
  // systemd passes the runtime directory to the service only, not to this command.
  return isDefault && settings.file === SYSTEM_FILE ? [configured, SERVICE_SOCKET] : [configured];
}

/** Returns the default paths of the socket, for commands that go on if the settings cannot be read. */
export function usualSockets(command: Command): string[] {
  const { dataDir, config } = command.opts<{ dataDir?: string; config?: string }>();
  const runtime = Deno.env.get("RUNTIME_DIRECTORY")?.split(":")[0];
  const directories = [runtime, dataDir].filter((directory) => directory !== undefined);
  // With another configuration file, the command is not meant for the packaged service.
  const service = config === undefined && !Deno.env.has(FILE_VARIABLE) ? [SERVICE_SOCKET] : [];
  return [...directories.map((directory) => `${directory}/admin.sock`), ...service];
}

/** Connects to the first socket that answers. @throws {CommandFailure} */
export async function connectTo(paths: readonly string[]): Promise<AdminClient> {
  let denied: string | undefined;
  for (const path of paths) {
    try {
      return await AdminClient.connect(path);
    } catch (error) {
      // The last path decides. Users other than the service cannot even look into /var/lib/classcord.
      denied = error instanceof Deno.errors.PermissionDenied ? path : undefined;
    }
  }
  const named = paths.map(harmless).join(" and ");
  if (denied === undefined) {
    throw new CommandFailure(
      `${named}: no running server answers. Start the server. If it runs with other settings, ` +
        "name its socket (admin.socket, or --socket) or its data directory (store.data_dir, or --data-dir).",
      EXIT.unavailable,
    );
  }
  throw new CommandFailure(
    `${
      harmless(denied)
    }: permission denied. Only the owner and the group of the admin socket can use it: ` +
      "run this command as the user of the server (sudo -u classcord …), or join its group " +
      "(sudo adduser YOU classcord) and log in again.",
    EXIT.forbidden,
  );
}

/**
 * Sends the Unix name of the operator for the audit log. If the server rejects the name, the command goes on
 * without.
 */
export async function introduce(client: AdminClient): Promise<{ readonly conn?: number }> {
  try {
    return await client.ask({ type: "operator", name: unixUser() ?? `uid-${Deno.uid()}` });
  } catch (error) {
    if (error instanceof Refused && error.code === "bad_request") return {};
    throw error;
  }
}
