// `classcord healthcheck`: asks the running server whether it is well, for containers and monitors.
import { Command } from "commander";
import { CommandFailure } from "./command.ts";
import { settingsOf, withSettings } from "./settings.ts";

const TIMEOUT_MS = 5_000;
const LOOPBACK: ReadonlyMap<string, string> = new Map([["0.0.0.0", "127.0.0.1"], ["::", "::1"]]);

/** The command that checks a server's health. */
export function healthcheckCommand(): Command {
  return withSettings(new Command("healthcheck"))
    .summary("exit 0 if the server on this machine is well, 1 if it is not")
    .action(async (_options, command: Command) => {
      const { host, port } = settingsOf(command).config.metrics;
      const reachable = LOOPBACK.get(host) ?? host;
      const url = `http://${
        reachable.includes(":") ? `[${reachable}]` : reachable
      }:${port}/healthz`;
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
        .catch((error: Error) => {
          throw new CommandFailure(`${url}: expected an answer, got "${error.message}".`);
        });
      const body = (await response.text()).trim();
      if (!response.ok) throw new CommandFailure(`${url}: ${response.status} ${body}`);
      console.log(body);
    });
}
