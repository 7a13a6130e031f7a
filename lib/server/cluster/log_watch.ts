// Looks once a minute whether all NATS servers keep the log, and tells operators if one does not. The cluster goes on
// then, so nobody would notice before another server stops as well.
import type { ClusterNodes } from "../../cluster/nodes.ts";
import type { LogServer } from "../../cluster/status.ts";
import type { Log } from "../../ops/log/log.ts";

/** What it works with. */
export interface LogWatchParts {
  readonly nodes: Pick<ClusterNodes, "log">;
  readonly log: Pick<Log, "write">;
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

const EVERY_MS = 60_000;
/** A server that is restarted or busy may lack some batches for a moment. */
const LAG_MAX = 1_000;
/** So many looks in a row must show it. */
const SEEN = 2;

/** Watches the NATS servers that keep the log. */
export class LogWatch {
  readonly #parts: LogWatchParts;
  #cancel = () => {};
  #lacking = 0;
  #seen = 0;

  constructor(parts: LogWatchParts) {
    this.#parts = parts;
    this.#lookLater();
  }

  /** How many NATS servers lack the log, as far as is known. */
  get lacking(): number {
    return this.#lacking;
  }

  /** Looks no more. */
  close(): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#parts.after(EVERY_MS, () => {
      this.#lookLater();
      // Without an answer, the node is cut off, or about to be, and says so itself.
      this.#look().catch(() => {});
    });
  }

  async #look(): Promise<void> {
    const { nodes, log } = this.#parts;
    const { servers, replicas } = await nodes.log();
    const keeping = servers.filter(keeps).length;
    // Without a leader of the log, what the servers have is not known.
    if (keeping === 0) return;
    const wasTold = this.#seen >= SEEN;
    this.#lacking = Math.max(0, replicas - keeping);
    this.#seen = this.#lacking > 0 ? this.#seen + 1 : 0;
    if (wasTold && this.#seen === 0) {
      log.write("info", "CLUSTER", `the log is on all ${replicas} NATS servers again`);
    }
    if (this.#seen !== SEEN) return;
    const names = servers.filter((server) => !keeps(server)).map(({ name }) => name);
    const which = names.length > 0 ? `, but not on ${names.join(", ")}` : "";
    log.write(
      "warning",
      "CLUSTER",
      `the log is on ${keeping} of ${replicas} NATS servers${which}. Start nats-server there, or restart it`,
    );
  }
}

function keeps({ current, offline, lag }: LogServer): boolean {
  return offline !== true && (current || lag <= LAG_MAX);
}
