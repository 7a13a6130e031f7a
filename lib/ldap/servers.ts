// Chooses the server of the directory to ask: in the order of the settings, those that failed lately last.
import type { Server } from "./settings.ts";

/** How long a server that failed is tried last, in milliseconds. */
const AVOIDED_MS = 60_000;

/** Remembers which servers failed. */
export class Servers {
  readonly #servers: readonly Server[];
  readonly #now: () => number;
  readonly #failedAt = new Map<Server, number>();

  /** @param now A clock in milliseconds. */
  constructor(servers: readonly Server[], now: () => number) {
    this.#servers = servers;
    this.#now = now;
  }

  /** Returns all servers in the order in which to try them. */
  inOrder(): Server[] {
    const failed = (server: Server) => {
      const at = this.#failedAt.get(server);
      return at !== undefined && this.#now() - at < AVOIDED_MS;
    };
    return [...this.#servers].sort((a, b) => Number(failed(a)) - Number(failed(b)));
  }

  /** Notes that a server failed. */
  failed(server: Server): void {
    this.#failedAt.set(server, this.#now());
  }

  /** Notes that a server answered. */
  answered(server: Server): void {
    this.#failedAt.delete(server);
  }
}
