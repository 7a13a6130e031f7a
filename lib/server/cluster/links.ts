// Connects a node with its cluster: the log and the messages over NATS, and the database, which may have to come from
// another node first.
import type { NodeLog } from "../../cluster/node_parts.ts";
import type { Courier } from "../../cluster/courier.ts";
import type { NatsLink } from "../../cluster/status.ts";
import type { NodeDatabase } from "../../cluster/copies/node_database.ts";
import { replicasOf } from "../../ops/config/cluster_section.ts";
import type { Config } from "../../ops/config/schema.ts";
import type { Log } from "../../ops/log/log.ts";
import { errorText } from "../../ops/log/text.ts";
import type { Database } from "../../store/database.ts";
import { natsOptions } from "./nats_options.ts";

/** What connects a node with its cluster. */
export interface ClusterLinks {
  readonly log: NodeLog;
  readonly courier: Courier;
  /** Prepares the opened database for the log. @throws {WrongLog} if it does not belong to it. */
  readonly adopt: (database: Database) => Promise<NodeDatabase>;
  /** Describes the connection. */
  readonly link: () => NatsLink;
  /** Gives copies of the database to other nodes, from now on. */
  readonly giveCopies: () => void;
}

/** Connects a node. @param opened Closes the connection. */
export type OpenLinks = (
  settings: { readonly config: Config; readonly log: Log },
  opened: AsyncDisposableStack,
) => Promise<ClusterLinks>;

const RETRY_MS = 1_000;

/**
 * Connects, and gets a copy of the database if the data directory has none.
 *
 * @param opened Closes the connection.
 * @throws {NatsUnusable}
 */
export async function openLinks(
  { config, log }: { readonly config: Config; readonly log: Log },
  opened: AsyncDisposableStack,
): Promise<ClusterLinks> {
  const { cluster: { name, ...cluster }, store } = config;
  const { data_dir: dataDir } = store;
  const [nats, { NatsLog }, { NatsCourier }, copies] = await Promise.all([
    import("../../cluster/nats/connection.ts"),
    import("../../cluster/nats/nats_log.ts"),
    import("../../cluster/nats/nats_courier.ts"),
    importCopies(),
  ]);
  const { watchLink } = await import("../../cluster/nats/link_watch.ts");
  const connection = await nats.connectNats(natsOptions(config, nodeName(config)));
  opened.defer(() => connection.close());
  const natsLog = await NatsLog.open(connection, {
    cluster: name,
    replicas: replicasOf(config.cluster),
    days: cluster.log_days,
    troubled: (error) => log.write("debug", "CLUSTER", `trying again: ${errorText(error)}`),
  });
  opened.defer(() => natsLog.close());
  const range = () => natsLog.range();
  // Without a database, and with a log that has begun, another node has to give its own.
  while (copies.lacksDatabase(dataDir) && (await range()).last > 0) {
    log.write("info", "CLUSTER", "asking the other servers for a copy of the database");
    if (await copies.fetchCopy(connection, { cluster: name, dataDir, range })) break;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return {
    log: natsLog,
    courier: new NatsCourier(connection, name),
    link: watchLink(connection),
    async adopt(database) {
      const found = await range();
      // The first node of a new cluster.
      if (found.last === 0) {
        copies.prepareForLog(database.sqlite, { log: natsLog.identity, sequence: 0 });
      }
      const place = copies.readPlace(database.sqlite);
      if (copies.fitPlace(place, found) === "copy") {
        throw new copies.WrongLog(
          "This server was away for longer than the log goes back. Move the data directory away and start again: " +
            "the server gets a copy of the database from another one.",
        );
      }
      copies.prepareForLog(database.sqlite, place!);
      return new copies.NodeDatabase(database);
    },
    giveCopies() {
      const server = new copies.CopyServer(connection, {
        cluster: name,
        dataDir,
        copy: (to) => copies.copyDatabaseFile(dataDir, to),
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

/** The name of this server in its cluster. */
export function nodeName({ cluster: { node } }: Config): string {
  return node || Deno.hostname().replaceAll(/[^\w-]/g, "-").slice(0, 32);
}

async function importCopies() {
  return {
    ...await import("../../cluster/copies/database_file.ts"),
    ...await import("../../cluster/copies/fitting.ts"),
    ...await import("../../cluster/copies/node_database.ts"),
    ...await import("../../cluster/copies/place.ts"),
    ...await import("../../cluster/copies/place_check.ts"),
    ...await import("../../cluster/nats/copy_client.ts"),
    ...await import("../../cluster/nats/copy_server.ts"),
  };
}
