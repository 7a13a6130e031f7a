// Connects a node with its cluster: the log and the messages over NATS, and the database, which may have to come from
// another node first.
import type { NatsConnection } from "@nats-io/transport-node";
import { copyInWorker } from "../../cluster/copies/copy_worker.ts";
import { prepareForLog } from "../../cluster/copies/fitting.ts";
import { Founding } from "../../cluster/copies/founding.ts";
import { NodeDatabase } from "../../cluster/copies/node_database.ts";
import { readPlace } from "../../cluster/copies/place.ts";
import { fitPlace, WrongLog } from "../../cluster/copies/place_check.ts";
import type { Courier } from "../../cluster/courier.ts";
import { watchLink } from "../../cluster/nats/link_watch.ts";
import { CopyServer } from "../../cluster/nats/copy_server.ts";
import { NatsUnusable } from "../../cluster/nats/errors.ts";
import { NatsCourier } from "../../cluster/nats/nats_courier.ts";
import { NatsLog } from "../../cluster/nats/nats_log.ts";
import { NatsNodes } from "../../cluster/nats/nats_nodes.ts";
import { connectPatiently, patiently } from "../../cluster/nats/patience.ts";
import type { ClusterNodes } from "../../cluster/nodes.ts";
import type { NodeLog, NodeParts } from "../../cluster/node_parts.ts";
import type { NatsLink } from "../../cluster/status.ts";
import { replicasOf } from "../../ops/config/cluster_section.ts";
import type { Config } from "../../ops/config/schema.ts";
import type { Log } from "../../ops/log/log.ts";
import { errorText } from "../../ops/log/text.ts";
import type { Database } from "../../store/database.ts";
import { joinWithDatabase } from "./joining.ts";
import { natsOptions } from "./nats_options.ts";
import { logWaits, troubleText } from "./waits.ts";

/** What connects a node with its cluster. */
export interface ClusterLinks {
  readonly log: NodeLog;
  readonly courier: Courier;
  /** Parts of the node that tests replace. */
  readonly parts?: Partial<Pick<NodeParts, "contactTimes" | "canStore" | "time">>;
  /** Prepares the opened database for the log. @throws {WrongLog} if it does not belong to it. */
  readonly adopt: (database: Database) => Promise<NodeDatabase>;
  /** Describes the connection. */
  readonly link: () => NatsLink;
  readonly nodes: ClusterNodes;
  /** Gives copies of the database to other nodes, from now on. */
  readonly giveCopies: () => void;
}

/** What a node is connected with. */
export interface LinkOptions {
  readonly config: Config;
  readonly log: Log;
  /** The main module, which is also the code of the worker that makes copies. */
  readonly mainModule: URL;
  /** Ends waiting for NATS, or for a copy. */
  readonly signal: AbortSignal;
  /** Called if the connection has ended by itself. It is repaired otherwise. */
  readonly failed?: ((error: unknown) => void) | undefined;
}

/** Connects a node. @param opened Closes the connection. */
export type OpenLinks = (
  options: LinkOptions,
  opened: AsyncDisposableStack,
) => Promise<ClusterLinks>;

/**
 * Connects. Waits for NATS, and for a copy of the database if the data directory has none.
 *
 * @param opened Closes the connection.
 * @throws {NatsUnusable}
 * @throws {LogGone} If the database has more than the NATS servers.
 * @throws {CopyUnfit}
 * @throws The reason of the signal.
 */
export async function openLinks(
  options: LinkOptions,
  opened: AsyncDisposableStack,
): Promise<ClusterLinks> {
  const { config, log, mainModule, signal } = options;
  const { cluster: { name }, store: { data_dir: dataDir, synchronous } } = config;
  const waits = logWaits(log);
  const connection = await connect(options, waits);
  let isClosing = false;
  opened.defer(() => {
    isClosing = true;
    return connection.close();
  });
  connection.closed().then((error) => {
    const text = `The connection to NATS has ended${error ? `: ${error.message}` : ""}.`;
    if (!isClosing) options.failed?.(new NatsUnusable(text, { mayPass: true }));
  });
  const founding = new Founding({ dataDir, synchronous });
  const troubled = (error: unknown) => waits(`waiting for the log: ${troubleText(error)}`);
  const replicas = replicasOf(config.cluster);
  let isOpen = false;
  const natsLog = await NatsLog.open(connection, {
    cluster: name,
    replicas,
    days: config.cluster.log_days,
    propose: () => founding.propose(),
    troubled(error) {
      if (isOpen) log.write("debug", "CLUSTER", `trying again: ${errorText(error)}`);
      else troubled(error);
    },
  });
  isOpen = true;
  opened.defer(() => natsLog.close());
  founding.decide(natsLog.identity);
  const range = () => patiently(() => natsLog.range(), { signal, troubled });
  await joinWithDatabase(connection, { cluster: name, dataDir, range, signal, waits });
  return {
    log: natsLog,
    courier: new NatsCourier(connection, name),
    link: watchLink(connection),
    nodes: new NatsNodes(connection, { cluster: name, replicas, now: Date.now }),
    async adopt(database) {
      const place = readPlace(database.sqlite);
      if (fitPlace(place, await range()) === "copy") {
        throw new WrongLog("The log was shortened while this server started. Start it again.");
      }
      prepareForLog(database.sqlite, place!);
      return new NodeDatabase(database);
    },
    giveCopies() {
      const server = new CopyServer(connection, {
        cluster: name,
        dataDir,
        copy: (to, signal) => copyInWorker(dataDir, to, { workerUrl: mainModule, signal }),
        failed: (error) =>
          log.write(
            "error",
            "CLUSTER",
            `giving a copy of the database failed: ${errorText(error)}`,
          ),
      });
      opened.defer(() => server.close());
    },
  };
}

async function connect(
  { config, signal }: LinkOptions,
  waits: (text: string) => void,
): Promise<NatsConnection> {
  const options = natsOptions(config, nodeName(config));
  return await connectPatiently(options, {
    signal,
    troubled: (error) => waits(`waiting for NATS: ${(error as Error).message}`),
  });
}

/** The name of this server in its cluster. */
export function nodeName({ cluster: { node } }: Config): string {
  return node || Deno.hostname().replaceAll(/[^\w-]/g, "-").slice(0, 32);
}
