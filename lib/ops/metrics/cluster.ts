// The metrics of a node of a cluster: whether it leads, how far it is behind, and what it appends to the log.
import { Counter, Gauge, Histogram, type Registry } from "./prom.ts";

/** What a node is now. */
export interface NodeReading {
  readonly leads: boolean;
  /** Whether it is connected to a NATS server. */
  readonly natsConnected: boolean;
  /** How many messages the log has that its database lacks. */
  readonly behind: number;
  /** Since when it is cut off from the cluster, in milliseconds since 1970. */
  readonly cutOffSince: number | undefined;
  /** How many of the NATS servers lack the log. */
  readonly lackingServers: number;
}

/** Counts what a node does with the log. */
export interface NodeMeter {
  /** The node has appended a batch, or applies one. */
  readonly batch: () => void;
  /** The log has acknowledged a batch of this node. */
  readonly appended: (seconds: number) => void;
  /** The node has begun to lead. */
  readonly tookOver: () => void;
}

const BUCKETS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15];

/** Counts nothing: the meter of a server that belongs to no cluster. */
export const NO_NODE: NodeMeter = { batch() {}, appended() {}, tookOver() {} };

/** Adds the counters to a registry. */
export function addNodeMeter(registry: Registry): NodeMeter {
  const registers = [registry];
  const batches = new Counter({
    name: "classcord_cluster_batches_total",
    help: "Batches of the log that this node has appended or applied.",
    registers,
  });
  const takeovers = new Counter({
    name: "classcord_cluster_takeovers_total",
    help: "Times that this node has begun to lead.",
    registers,
  });
  const duration = new Histogram({
    name: "classcord_cluster_append_seconds",
    help: "Time until the log has acknowledged a batch of this node.",
    buckets: BUCKETS,
    registers,
  });
  return {
    batch: () => batches.inc(),
    appended: (seconds) => duration.observe(seconds),
    tookOver: () => takeovers.inc(),
  };
}

/** Adds the gauges to a registry. @param read Returns what the node is now. */
export function addNodeGauges(registry: Registry, read: () => NodeReading): void {
  const gauges:
    readonly (readonly [name: string, help: string, of: (node: NodeReading) => number])[] = [
      ["leading", "1 if this node leads its cluster, 0 if not.", ({ leads }) => Number(leads)],
      [
        "connected",
        "1 if this node is connected to a NATS server, 0 if not.",
        ({ natsConnected }) => Number(natsConnected),
      ],
      [
        "batches_behind",
        "Messages of the log that the database of this node lacks.",
        ({ behind }) => behind,
      ],
      [
        "log_servers_lacking",
        "NATS servers that should keep the log and do not. This node looks once a minute.",
        ({ lackingServers }) => lackingServers,
      ],
      [
        "cut_off_seconds",
        "For how long this node is cut off from its cluster; 0 if it is not.",
        ({ cutOffSince }) =>
          cutOffSince === undefined ? 0 : Math.max(0, (Date.now() - cutOffSince) / 1000),
      ],
    ];
  for (const [name, help, of] of gauges) {
    new Gauge({
      name: `classcord_cluster_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(of(read()));
      },
    });
  }
}
