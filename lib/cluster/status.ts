// What a node of a cluster tells of itself, and what is known of the whole cluster: for operators, and for metrics.
import { SCHEMA_VERSION } from "../store/migrations.ts";
import { VERSION } from "../version.ts";

/** A node, as it describes itself. */
export interface NodeStatus {
  /** The name of the node. */
  readonly node: string;
  /** Its run: each start of the process has its own. */
  readonly run: string;
  /** The version of ClassCord. */
  readonly version: string;
  /** The version of the schema of its database. */
  readonly schema: number;
  readonly leads: boolean;
  /** The name of the node that leads; `undefined` while this node hears of none. */
  readonly leader: string | undefined;
  /** The last batch of the log that its database has. */
  readonly batch: number;
  /** How many messages the log has after that, as far as the node knows. */
  readonly behind: number;
  readonly natsConnected: boolean;
  /** The address of the NATS server that it uses, or used last. */
  readonly natsServer: string;
  /** Open connections of clients. */
  readonly clients: number;
  /** Since when it is cut off from the cluster, in milliseconds since 1970. */
  readonly cutOffSince: number | undefined;
  /** How far its clock is ahead of the clock of the leader. Only known when both were asked: see `askCluster`. */
  readonly clockOffsetMs: number | undefined;
  /** When it was started, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** A NATS server that keeps the log. */
export interface LogServer {
  readonly name: string;
  /** Whether it has everything that was acknowledged. */
  readonly current: boolean;
  /** Whether the others do not reach it. */
  readonly offline?: true;
  /** How many messages it lacks. */
  readonly lag: number;
}

/** The log, as the NATS servers describe it. */
export interface LogStatus {
  readonly identity: string;
  /** The first batch that is left. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** How many NATS servers are to keep it. */
  readonly replicas: number;
  readonly servers: readonly LogServer[];
}

/** A node that belongs to the cluster and did not answer. */
export interface SilentNode {
  readonly node: string;
  /** When it last said that it is there, in milliseconds since 1970. */
  readonly seenAt: number;
  /** The last batch that its database had then. */
  readonly batch: number;
  readonly version: string;
}

/** The whole cluster, as one of its nodes sees it. */
export interface ClusterStatus {
  /** The name of the cluster. */
  readonly cluster: string;
  /** `undefined` if the NATS servers do not answer. */
  readonly log: LogStatus | undefined;
  /** The nodes that have answered, by name. */
  readonly nodes: readonly NodeStatus[];
  /** The other nodes that belong to the cluster, by name. */
  readonly silent: readonly SilentNode[];
}

/** The connection of a node to NATS. */
export interface NatsLink {
  readonly connected: boolean;
  /** The address of the server that is used, or was used last. */
  readonly server: string;
}

/** What a node tells its status from. */
export interface StatusParts extends
  Pick<
    NodeStatus,
    "run" | "leads" | "leader" | "batch" | "behind" | "clients" | "cutOffSince" | "startedAt"
  > {
  /** The name of the node. */
  readonly name: string;
  readonly link: NatsLink;
}

/** Describes the own node. */
export function ownStatus(
  { name, link: { connected, server }, ...known }: StatusParts,
): NodeStatus {
  return {
    node: name,
    ...known,
    version: VERSION,
    schema: SCHEMA_VERSION,
    natsConnected: connected,
    natsServer: server,
    clockOffsetMs: undefined,
  };
}
