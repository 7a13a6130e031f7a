// `classcord serve`: starts the server, logs its addresses, and stops it on a signal.
import { Command } from "commander";
import { hostPort, reachableHost } from "../net/address.ts";
import { createConsole } from "../ops/log/stdout.ts";
import { LogFileError } from "../ops/log/file.ts";
import { type Log, openLog } from "../ops/log/log.ts";
import { connectServiceManager } from "../ops/service_manager.ts";
import { makeDirectory } from "../store/database.ts";
import { giveToOwnerOf } from "../store/owner.ts";
import { ListenFailure } from "../server/listen.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import { StartFailure } from "../server/server_options.ts";
import { VERSION } from "../version.ts";
import { asFailure, CommandFailure, EXIT } from "./command.ts";
import type { Hangups } from "./hangups.ts";
import { serviceUserHint } from "./service_user.ts";
import { readSettings, type Settings, settingsOf, USES, withSettings } from "./settings.ts";

/** Returns the command that runs the server. */
export function serveCommand(hangups?: Hangups): Command {
  return withSettings(new Command("serve"), USES.everything)
    .summary("run the chat server (the default command)")
    .description(
      "Runs the chat server until SIGTERM or SIGINT. SIGHUP reopens the log and reloads the settings.\n" +
        "The first signal tells the clients and writes out what is queued. A second one, half a second later or more,\nexits at once.",
    )
    .addHelpText(
      "after",
      `
Examples:
  classcord                              with the settings of classcord config
  classcord serve --port 4000 --host ::  another port, IPv4 and IPv6
  classcord serve --config /etc/classcord/classcord.toml`,
    )
    .action(async (_options, command: Command) => {
      const settings = settingsOf(command);
      await serve(settings, { loadConfig: () => readSettings(command), hangups });
    });
}

/** Why the server stops, for the log, and the reason shown to users. */
interface End {
  readonly why: string;
  readonly reason?: string | undefined;
  /** Why the server cannot go on. */
  readonly failure?: unknown;
}

/**
 * Milliseconds that a shutdown may take. Writing the outboxes takes up to 5 s, the rest a moment. systemd waits 15
 * s.
 */
const END_MS = 10_000;
/** Ctrl-C under `npx` and `deno task` arrives several times: from the terminal, and passed on by each of them. */
const SAME_SIGNAL_MS = 500;

async function serve(
  settings: Settings,
  { loadConfig, hangups }: { loadConfig: () => Settings; hangups: Hangups | undefined },
): Promise<void> {
  const { config } = settings;
  const stopping = Promise.withResolvers<End>();
  const log = openServerLog(settings);
  let server: RunningServer | undefined;
  let reloadLater = false;
  const starting = new AbortController();
  const unlisten = listenForStop((why) => {
    stopping.resolve({ why });
    starting.abort(new StartEnded(why));
  });
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
    if (config.cluster.servers.length > 0) manager.starting("waiting for the cluster");
    server = await startServer({
      config,
      log,
      mainModule,
      loadConfig,
      needsAdminSocket: settings.source("admin", "socket") !== "default",
      signal: starting.signal,
      shutdown: (why, reason) => stopping.resolve({ why, reason }),
      failed: (failure) => stopping.resolve({ why: "the cluster", failure }),
    });
    sayHello(log, settings, server);
    // The settings or the name of the log file may have changed during the start.
    if (reloadLater) server.reload();
    manager.ready(`chat on ${addressText(server.chat)}`);
    const { why, reason, failure } = await stopping.promise;
    manager.stopping();
    endInTime(log, failure === undefined ? EXIT.ok : EXIT.failed);
    log.write("info", "ARRET", `${why}: stopping; clients are told, queued lines are written`);
    await server.stop(reason);
    log.write("info", "ARRET", "stopped");
    if (failure !== undefined) throw failure;
  } catch (error) {
    if (error instanceof StartEnded) {
      return log.write("info", "ARRET", `${error.message}: stopped before the server was ready`);
    }
    if (error instanceof StartFailure) {
      // With this code, systemd does not start it again.
      throw new CommandFailure(error.message, error.mayPass ? EXIT.failed : EXIT.config);
    }
    throw error instanceof ListenFailure
      ? new CommandFailure(error.message)
      : asFailure(error, config.store.data_dir);
  } finally {
    endInTime(log, EXIT.failed);
    hangups?.handle(() => {});
    unlisten();
    manager.close();
    await log.close();
  }
}

/** A signal has ended the start. */
class StartEnded extends Error {}

function openServerLog({ config }: Settings): Log {
  const dataDir = config.store.data_dir;
  const { file, level } = config.log;
  try {
    // The log may be in it.
    makeDirectory(dataDir);
    const colours = Deno.stdout.isTerminal() && !Deno.noColor;
    const log = openLog({ file, level, console: createConsole(Deno.stdout), colours });
    if (file !== "" && Deno.statSync(file).size === 0) giveToOwnerOf(dataDir, file);
    return log;
  } catch (error) {
    if (!(error instanceof LogFileError)) throw asFailure(error, dataDir);
    const isDenied = error.cause instanceof Deno.errors.PermissionDenied;
    if (!isDenied) throw new CommandFailure(error.message);
    throw new CommandFailure(`${error.message} ${serviceUserHint(dataDir)}`, EXIT.forbidden);
  }
}

// Stored data is safe at any moment, so exiting now is better than being killed by systemd.
function endInTime(log: Log, code: number): void {
  setTimeout(() => {
    log.write("error", "ARRET", `shutdown did not finish within ${END_MS / 1000} s: exiting now`);
    Deno.exit(code);
  }, END_MS);
}

function listenForStop(stop: (signal: Deno.Signal) => void): () => void {
  let stoppedAt: number | undefined;
  const handlers = (["SIGTERM", "SIGINT"] as const).map((signal, index) => {
    const handle = () => {
      const now = performance.now();
      if (stoppedAt === undefined) {
        stoppedAt = now;
        stop(signal);
      } else if (now - stoppedAt > SAME_SIGNAL_MS) {
        Deno.exit(128 + (index === 0 ? 15 : 2));
      }
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
  const sample = config.auth.guests ? GUEST_LINE : PING_LINE;
  say(`try: telnet ${reachableHost(chat.hostname)} ${chat.port}   then paste: ${sample}`);
}

const GUEST_LINE = '{"type":"message","from":"moi","content":"Bonjour"}';
const PING_LINE = '{"type":"ping"}';

function addressText({ hostname, port }: Deno.NetAddr): string {
  return hostPort(hostname, port);
}
