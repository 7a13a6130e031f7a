// Starts what the measurements of a cluster compare: one server without NATS, and nodes with one or three NATS servers.
import {
  type NatsServer,
  withNats,
  withThreeNats,
} from "../../tests/support/cluster/nats_server.ts";
import { type Server, startOurs } from "../servers.ts";

/** The servers of one measurement, the leader first. */
export interface Setting {
  readonly name: string;
  readonly nodes: number;
  readonly nats: 0 | 1 | 3;
}

/** One server, without NATS. All others are compared with it. */
export const ALONE: Setting = { name: "one server", nodes: 1, nats: 0 };

/** Starts the servers, does some work with them, and stops them. */
export async function withSetting<T>(
  setting: Setting,
  work: (servers: readonly Server[]) => Promise<T>,
): Promise<T> {
  const { nodes, nats } = setting;
  let result: T | undefined;
  const run = async (natsServers: readonly NatsServer[]) => {
    await using stack = new AsyncDisposableStack();
    const servers: Server[] = [];
    for (let i = 0; i < nodes; i++) {
      const server = await startOurs({ environment: environmentOf(natsServers, `node-${i}`) });
      // The leader, which began first, is stopped last.
      stack.defer(() => server.stop());
      servers.push(server);
    }
    result = await work(servers);
  };
  if (nats === 0) await run([]);
  else if (nats === 1) await withNats((server) => run([server]));
  else await withThreeNats(run);
  return result!;
}

function environmentOf(natsServers: readonly NatsServer[], node: string): Record<string, string> {
  if (natsServers.length === 0) return {};
  return {
    CLASSCORD_CLUSTER_SERVERS: natsServers.map(({ address }) => address).join(","),
    CLASSCORD_CLUSTER_NAME: "bench",
    CLASSCORD_CLUSTER_NODE: node,
    CLASSCORD_CLUSTER_REPLICAS: String(natsServers.length),
  };
}
