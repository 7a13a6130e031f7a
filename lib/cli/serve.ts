// `classcord serve`: starts the server, says where it is, and stops it on a signal.
import { Command } from "commander";
import { hostPort, reachableHost } from "../net/address.ts";
import { createConsole } from "../ops/log/stdout.ts";
import { LogFileError } from "../ops/log/file.ts";
import { type Log, openLog } from "../ops/log/log.ts";
import { connectServiceManager } from "../ops/service_manager.ts";
import { ListenFailure } from "../server/listen.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import { VERSION } from "../version.ts";
import { CommandFailure, EXIT, mendable } from "./command.ts";
import type { Hangups } from "./hangups.ts";
import { readSettings, type Settings, settingsOf, USES, withSettings } from "./settings.ts";

/** The command that runs the server. */
export function serveCommand(hangups?: Hangups): Command {
  return withSettings(new Command("serve"), USES.everything)
    .summary("run the chat server (the default command)")
    .description(
      "Runs the chat server until SIGTERM or SIGINT. SIGHUP reopens the log and reloads the settings.\n" +
        "The first signal tells the clients and writes out what is queued. A second one exits at once.",
    )
    .addHelpText(
      "after",
      `
Examples:
  classcord                                  with the settings that classcord config prints
  classcord serve --port 4000 --host ::      another port, IPv4 and IPv6
  classcord serve --config /etc/classcord/classcord.toml`,
    )
    .action(async (_options, command: Command) => {
      const settings = settingsOf(command);
      await serve(settings, { loadConfig: () => readSettings(command), hangups });
    });
}

/** Why the server stops, and what the users who are online are told. */
interface End {
  readonly why: string;
  readonly reason?: string | undefined;
}

/** Queued lines are written out within 5 s, the rest takes a moment. systemd waits 15 s. */
const END_MS = 10_000;

async function serve(
  settings: Settings,
  { loadConfig, hangups }: { loadConfig: () => Settings; hangups: Hangups | undefined },
): Promise<void> {
  const { config } = settings;
  const stopping = Promise.withResolvers<End>();
  const log = openServerLog(settings);
  let server: RunningServer | undefined;
  let reloadLater = false;
  const unlisten = listenForStop((why) => stopping.resolve({ why }));
  hangups?.handle(() => {
    if (server !== undefined) return void server.reload();
    log.reopen();
    reloadLater = true;
  });
  const manager = connectServiceManager(Deno.env.toObject(), (error) => {
    log.write("error", "DEMARRAGE", `cannot notify the service manager: ${error}`);
  });
  try {
    const mainModule = new URL(Deno.mainModule);
    server = await startServer({
      config,
      log,
      mainModule,
      loadConfig,
      needsAdminSocket: settings.source("admin", "socket") !== "default",
      shutdown: (why, reason) => stopping.resolve({ why, reason }),
    });
    sayHello(log, settings, server);
    // The settings, or the log's name, may have changed while it started.
    if (reloadLater) server.reload();
    manager.ready(`chat on ${addressText(server.chat)}`);
    const { why, reason } = await stopping.promise;
    manager.stopping();
    endInTime(log, EXIT.ok);
    log.write("info", "ARRET", `${why}: stopping; clients are told, queued lines are written`);
    await server.stop(reason);
    log.write("info", "ARRET", "stopped");
  } catch (error) {
    throw error instanceof ListenFailure
      ? new CommandFailure(error.message)
      : mendable(error, config.store.data_dir);
  } finally {
    endInTime(log, EXIT.failed);
    hangups?.handle(() => {});
    unlisten();
    manager.close();
    await log.close();
  }
}

function openServerLog({ config }: Settings): Log {
  try {
    return openLog({
      file: config.log.file,
      level: config.log.level,
      console: createConsole(Deno.stdout),
      colours: Deno.stdout.isTerminal() && !Deno.noColor,
    });
  } catch (error) {
    throw error instanceof LogFileError ? new CommandFailure(error.message) : error;
  }
}

// Data is safe at any moment: ending now is better than being killed by systemd.
function endInTime(log: Log, code: number): void {
  setTimeout(() => {
    log.write("error", "ARRET", `shutdown did not finish within ${END_MS / 1000} s: exiting now`);
    Deno.exit(code);
  }, END_MS);
}

function listenForStop(stop: (signal: Deno.Signal) => void): () => void {
  let stopping = false;
  const handlers = (["SIGTERM", "SIGINT"] as const).map((signal, index) => {
    const handle = () => {
      if (stopping) Deno.exit(128 + (index === 0 ? 15 : 2));
      stopping = true;
      stop(signal);
    };
    Deno.addSignalListener(signal, handle);
    return { signal, handle };
  });
  return () => {
    for (const { signal, handle } of handlers) Deno.removeSignalListener(signal, handle);
  };
}

function sayHello(log: Log, { config, warnings, file }: Settings, server: RunningServer): void {
  const say = (text: string) => log.write("info", "DEMARRAGE", text);
  for (const warning of warnings) log.write("warning", "DEMARRAGE", warning);
  const { chat, metrics, databasePath } = server;
  say(`ClassCord ${VERSION} process ${Deno.pid}${file === undefined ? "" : `, settings ${file}`}`);
  say(`data in ${databasePath}`);
  say(config.log.file === "" ? "log on the console only" : `log in ${config.log.file}`);
  if (server.adminSocket !== undefined) say(`admin socket in ${server.adminSocket}`);
  say(`metrics on ${server.https ? "https" : "http"}://${addressText(metrics)}/metrics`);
  say(`chat on ${addressText(chat)}`);
  if (server.tls !== undefined) say(`chat over TLS on ${addressText(server.tls)}`);
  if (server.web !== undefined) say(`page on http://${addressText(server.web)}`);
  if (config.web.enabled) {
    say(`open in a browser: http://${hostPort(reachableHost(chat.hostname), chat.port)}`);
  }
  say(`try: telnet ${reachableHost(chat.hostname)} ${chat.port}   then paste: ${SAMPLE_LINE}`);
}

const SAMPLE_LINE = '{"type":"message","from":"moi","content":"Bonjour"}';

function addressText({ hostname, port }: Deno.NetAddr): string {
  return hostPort(hostname, port);
}
