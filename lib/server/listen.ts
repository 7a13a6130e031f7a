// Listens on ports, and explains failures in one sentence.
import { oneLine } from "../ops/log/text.ts";

/** The error for a port that cannot be opened. Its message says which port, its purpose, and why. */
export class ListenFailure extends Error {
  override readonly name = "ListenFailure";
}

/** The setting and the flag of each port. */
const PORT_SETTINGS = {
  chat: "server.port (or --port)",
  tls: "tls.port (or --tls-port)",
  metrics: "metrics.port (or --metrics-port)",
  web: "web.port",
} as const;

/** Listens on the port of a section of the settings. @throws {ListenFailure} */
export function listen<T>(
  section: keyof typeof PORT_SETTINGS,
  { host, port }: { host: string; port: number },
  open: (address: { host: string; port: number }) => T,
): T {
  try {
    return open({ host, port });
  } catch (error) {
    const setting = PORT_SETTINGS[section];
    const told = error instanceof Deno.errors.AddrInUse
      ? `the port is in use. Stop the program that uses it, or set ${setting} to another port.`
      : error instanceof Deno.errors.PermissionDenied
      ? `permission denied. Set ${setting} to a port above 1023.`
      : `${oneLine(error instanceof Error ? error.message : String(error))}.`;
    throw new ListenFailure(
      `${section}: cannot listen on ${host}:${port}: ${told}`,
      { cause: error },
    );
  }
}
