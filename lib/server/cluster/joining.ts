// Brings a node to a database that its log continues: it keeps its own, begins the cluster with it, or gets a copy from
// another node.
import type { NatsConnection } from "@nats-io/transport-node";
import { CopyUnfit, isLeftBehind, lacksDatabase } from "../../cluster/copies/database_file.ts";
import type { LogRange } from "../../cluster/copies/place_check.ts";
import { fetchCopy } from "../../cluster/nats/copy_client.ts";
import { Pause } from "../../cluster/nats/pause.ts";

/** What a node joins with. */
export interface JoinOptions {
  readonly cluster: string;
  readonly dataDir: string;
  /** Returns what the log has now. */
  readonly range: () => Promise<LogRange>;
  /** Ends waiting. */
  readonly signal: AbortSignal;
  /** Called with what the node waits for. The same text may come often. */
  readonly waits: (text: string) => void;
}

const RETRY_MS = 1_000;
/** A copy may be damaged on its way, or overtaken by the log. More often, something else is wrong. */
const UNFIT_MAX = 3;
/** So many attempts may fail while the other nodes start. */
const HOPE_ATTEMPTS = 30;
const ASKING = "asking the other servers for a copy of the database";
const LONG = "If none of them has one, run `classcord cluster init` on this server";

/**
 * Gets a copy of the database, if the data directory has none that the log continues. Waits until another node gives one.
 *
 * @throws {CopyUnfit}
 * @throws The error of the file system, for example if the disk is full.
 */
export async function joinWithDatabase(
  connection: NatsConnection,
  { signal, waits, ...options }: JoinOptions,
): Promise<void> {
  const { dataDir, range } = options;
  const pause = new Pause();
  const end = () => pause.end();
  signal.addEventListener("abort", end);
  try {
    for (let [unfit, attempts] = [0, 0]; !signal.aborted;) {
      if (!lacksDatabase(dataDir) && !isLeftBehind(dataDir, await range())) return;
      waits(attempts++ < HOPE_ATTEMPTS ? ASKING : `${ASKING}. ${LONG}`);
      try {
        if (await fetchCopy(connection, options)) return;
      } catch (error) {
        if (!(error instanceof CopyUnfit) || ++unfit === UNFIT_MAX) throw error;
        waits(error.message);
      }
      await pause.begin(RETRY_MS);
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", end);
  }
}
