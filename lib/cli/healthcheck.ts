// `classcord healthcheck`: checks the health of the running server, for containers and monitoring.
import type { IncomingMessage } from "node:http";
import { Command } from "commander";
import { speaksHttps } from "../server/http.ts";
import { hostPort, reachableHost } from "../net/address.ts";
import { CommandFailure } from "./command.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";
import { harmlessLines } from "./terminal/text.ts";

const TIMEOUT_MS = 5_000;

/** Returns the command that checks a server's health. */
export function healthcheckCommand(): Command {
  return withSettings(new Command("healthcheck"), USES.health)
    .summary("exit with 0 if the server on this machine is healthy, with 1 if not")
    .option("--ready", "check whether the server accepts work, not only whether it is alive")
    .action(async ({ ready }: { ready?: true }, command: Command) => {
      const { config } = settingsOf(command);
      const { host, port } = config.metrics;
      const server = hostPort(reachableHost(host), port);
      const page = ready ? "readyz" : "healthz";
      const url = `${speaksHttps(config) ? "https" : "http"}://${server}/${page}`;
      const { status, body } = await ask(url).catch((error: Error) => {
        throw new CommandFailure(`${url}: no answer: ${error.message}.`);
      });
      if (status !== 200) throw new CommandFailure(`${url}: ${status} ${body}`);
      console.log(harmlessLines(body));
    });
}

async function ask(url: string): Promise<{ status: number | undefined; body: string }> {
  // Loaded here, because all other commands start faster without these modules.
  const { get: getHttp } = await import("node:http");
  const { get: getHttps } = await import("node:https");
  return await new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => body += text);
      response.on("end", () => resolve({ status: response.statusCode, body: body.trim() }));
      response.on("error", reject);
    };
    // `fetch` would require a certificate for 127.0.0.1. The server's certificate is valid for the name that
    // clients use. This command does not check whether clients trust it, and sends nothing secret.
    const options = { timeout: TIMEOUT_MS, agent: false as const };
    const request = url.startsWith("https:")
      ? getHttps(url, { ...options, rejectUnauthorized: false }, answered)
      : getHttp(url, options, answered);
    request.on("timeout", () => {
      request.destroy(new Error(`no response within ${TIMEOUT_MS / 1000} s`));
    });
    request.on("error", reject);
  });
}
