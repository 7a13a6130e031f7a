// Runs the checks at a terminal or for a program, and prints the report.
import type { Language } from "../../chat/texts/catalogue.ts";
import { type CheckId, LIMITS } from "../../check_client/checks.ts";
import { type Outcome, runChecks } from "../../check_client/run.ts";
import { CLIENT_TEXTS } from "../../check_client/texts/languages.ts";
import { hostPort, reachableHost } from "../../net/address.ts";
import { steadyClock } from "../../ops/background.ts";
import { CommandFailure } from "../command.ts";
import { Answers } from "./answers.ts";
import { EventInterview } from "./events.ts";
import { TerminalInterview } from "./terminal.ts";
import { Words } from "./words.ts";

/** The options of the command. */
export interface CheckOptions {
  readonly host: string;
  readonly port: number;
  readonly lang: Language;
  readonly only?: readonly CheckId[];
  readonly json?: true;
}

/**
 * Checks one client.
 *
 * @returns Whether a client was checked and nothing failed.
 * @throws {CommandFailure} if the port is in use.
 */
export async function checkClient(
  { host, port, lang, only, json }: CheckOptions,
): Promise<boolean> {
  const listener = listen(host, port);
  const words = new Words(CLIENT_TEXTS[lang], {
    host: reachableHost(host),
    port: listener.addr.port,
  });
  const answers = new Answers({
    readable: Deno.stdin.readable,
    isTerminal: Deno.stdin.isTerminal(),
  });
  const parts = { words, answers, write };
  const interview = json ? new EventInterview(parts) : new TerminalInterview(parts);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  Deno.addSignalListener("SIGINT", stop);
  interview.begin();
  const outcome = await runChecks({
    listener,
    interview,
    limits: LIMITS,
    clock: steadyClock,
    timeOfDay: Date.now,
    language: lang,
    only,
    signal: stopping.signal,
  });
  Deno.removeSignalListener("SIGINT", stop);
  interview.report(outcome);
  return isGood(outcome);
}

/** Whether a client was checked and nothing failed. */
export function isGood({ findings, over }: Outcome): boolean {
  return over === undefined && findings.every(({ status }) => status !== "failed") &&
    findings.some(({ status }) => status === "passed");
}

function listen(hostname: string, port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandFailure(
      `${
        hostPort(hostname, port)
      }: cannot listen: ${error.message}. Choose another port with --port.`,
    );
  }
}

function write(text: string): void {
  try {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    // Nobody reads any more. The run ends by itself.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
