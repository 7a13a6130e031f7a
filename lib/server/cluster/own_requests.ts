// The requests of operators that a node serves itself: its figures, reload, shutdown, and the state of the cluster.
import { reloadLine } from "../../chat/handlers/operator.ts";
import type { Follower } from "../../chat/operations.ts";
import { askCluster } from "../../cluster/ask_cluster.ts";
import type { ClusterNodes } from "../../cluster/nodes.ts";
import type { ClusterStatus, NodeStatus, SilentNode } from "../../cluster/status.ts";
import type { EdgeAct } from "../../edge/edge.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { ChatFigures, ClusterNodeRow, ServerStats } from "../../protocol/replies/operator.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { ServerOperations } from "../operations.ts";

/** The types of these requests. */
type OwnType =
  | "stats"
  | "reload"
  | "shutdown"
  | "cluster"
  | "cluster_forget"
  | "cluster_step_down";

/** One of these requests. */
export type OwnRequest = { readonly [T in OwnType]: RequestOf<T> }[OwnType];

/** The operator who sends a request. */
export interface RequestingOperator {
  /** As in the audit log. */
  readonly name: string;
  /** Notes an action for the audit log. */
  readonly acted: (act: EdgeAct) => void;
}

/** What the requests are served with. */
export interface OwnRequestParts {
  /** The name of the cluster. */
  readonly cluster: string;
  readonly nodes: ClusterNodes;
  readonly status: () => NodeStatus;
  readonly operations: ServerOperations;
  /** Ends leading. @returns Whether this node led. */
  readonly resign: () => Promise<boolean>;
}

// NATS does not answer. An election may be going on.
const AGAIN_S = 5;

/** Serves the requests of operators that concern this node. */
export class OwnRequests {
  readonly #parts: OwnRequestParts;

  constructor(parts: OwnRequestParts) {
    this.#parts = parts;
  }

  /** Serves a request. @returns The line of the reply. @throws {ProtocolError} Also the promise. */
  serve(request: OwnRequest, operator: RequestingOperator): string | Promise<string> {
    switch (request.type) {
      case "stats":
        return this.#stats(request);
      case "reload":
        return this.#reload(request, operator);
      case "shutdown":
        return this.#shutdown(request, operator);
      case "cluster":
        return this.#cluster(request);
      case "cluster_forget":
        return this.#forget(request, operator);
      case "cluster_step_down":
        return this.#stepDown(request, operator);
    }
  }

  /** Sends the events of this node to an operator who follows those of the leader. */
  follow(follower: Follower, { events, recent }: RequestOf<"tail">): void {
    const { operations, status } = this.#parts;
    const own: Follower = {
      get closed() {
        return follower.closed;
      },
      get queuedBytes() {
        return follower.queuedBytes;
      },
      // The events of the leader arrive as those of the chat.
      send: (lines) => status().leads ? undefined : follower.send(lines),
      close: (reason) => follower.close(reason),
    };
    operations.tail.follow(own, { events, recent });
  }

  /** What this node counts for the whole chat; `undefined` unless it leads. */
  figures(): ChatFigures | undefined {
    const { operations, status } = this.#parts;
    return status().leads ? figuresOf(operations.stats()) : undefined;
  }

  async #stats(request: RequestOf<"stats">): Promise<string> {
    const { operations, nodes, status } = this.#parts;
    const { node, leads, leader } = status();
    const chat = leads ? {} : await nodes.askFigures().catch(() => undefined);
    const stats = { ...operations.stats(), ...chat };
    // Without the figures of the leader, those of the chat are missing.
    const known = chat === undefined ? { node } : { node, leader };
    return replyLine(request, { type: "stats", ...known, ...stats });
  }

  #reload(request: RequestOf<"reload">, { acted }: RequestingOperator): string {
    acted({ action: "reload", target: this.#node });
    return reloadLine(request, this.#parts.operations.reload());
  }

  #shutdown(request: RequestOf<"shutdown">, { name, acted }: RequestingOperator): string {
    const { reason } = request;
    acted({ action: "shutdown", target: this.#node, reason });
    this.#parts.operations.shutdown(name, reason);
    return replyLine(request, { type: "shutdown", status: "ok" });
  }

  async #cluster(request: RequestOf<"cluster">): Promise<string> {
    const { cluster, nodes, status: own } = this.#parts;
    const status = await askCluster({ cluster, nodes, own });
    return replyLine(request, {
      type: "cluster",
      name: cluster,
      node: this.#node,
      leader: leaderOf(status, own()),
      log: status.log,
      nodes: rowsOf(status),
    });
  }

  async #forget(
    request: RequestOf<"cluster_forget">,
    { acted }: RequestingOperator,
  ): Promise<string> {
    const { nodes } = this.#parts;
    const { node } = request;
    const places = { node };
    const known = await orBusy(nodes.known());
    if (await nodes.isThere(node)) {
      throw new ProtocolError("bad_request", { reason: "node_runs", places });
    }
    if (!known.some((each) => each.node === node)) {
      throw new ProtocolError("bad_request", { reason: "no_node", places });
    }
    await orBusy(nodes.forget(node));
    acted({ action: "cluster_forget", target: node });
    return replyLine(request, { type: "cluster_forget", status: "ok", node });
  }

  async #stepDown(
    request: RequestOf<"cluster_step_down">,
    { acted }: RequestingOperator,
  ): Promise<string> {
    const { nodes, status, resign } = this.#parts;
    const own = status();
    const { node } = own;
    if (!own.leads) throw leadsNot(node);
    const known = await orBusy(nodes.known());
    const answered = await nodes.ask(new Set(known.map(({ node }) => node)));
    if (!answered.some((each) => couldLead(each.status, own))) {
      throw new ProtocolError("bad_request", { reason: "leads_alone" });
    }
    acted({ action: "cluster_step_down", target: node });
    if (!await resign()) throw leadsNot(node);
    return replyLine(request, { type: "cluster_step_down", status: "ok", node });
  }

  get #node(): string {
    return this.#parts.status().node;
  }
}

function figuresOf(stats: ServerStats): ChatFigures {
  const { users, messages, deliveries, rates, passwords_waiting, logins, registrations, bans } =
    stats;
  return { users, messages, deliveries, rates, passwords_waiting, logins, registrations, bans };
}

function leadsNot(node: string): ProtocolError {
  return new ProtocolError("bad_request", { reason: "leads_not", places: { node } });
}

/** A newer version may lead, and migrates the database then. */
function couldLead({ run, schema, natsConnected, cutOffSince }: NodeStatus, own: NodeStatus) {
  return run !== own.run && schema >= own.schema && natsConnected && cutOffSince === undefined;
}

async function orBusy<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch {
    throw new ProtocolError("busy", { retryAfter: AGAIN_S });
  }
}

/** A node that is cut off does not know whether another one leads by now. */
function leaderOf({ nodes }: ClusterStatus, own: NodeStatus): string | undefined {
  const leader = nodes.find(({ leads, cutOffSince }) => leads && cutOffSince === undefined);
  return leader?.node ?? (own.cutOffSince === undefined ? own.leader : undefined);
}

function rowsOf({ nodes, silent, log }: ClusterStatus): ClusterNodeRow[] {
  const rows = [
    ...nodes.map(rowOf),
    ...silent.map((each) => rowOfSilent(each, log?.last ?? each.batch)),
  ];
  return rows.sort((one, other) => one.node < other.node ? -1 : 1);
}

function rowOf(status: NodeStatus): ClusterNodeRow {
  const { node, version, schema, batch, behind, clients, natsServer, startedAt } = status;
  return {
    node,
    state: stateOf(status),
    version,
    schema,
    batch,
    behind,
    clients,
    nats: natsServer,
    clock_ms: status.clockOffsetMs,
    since: formatTime(startedAt),
  };
}

function stateOf({ cutOffSince, leads }: NodeStatus): ClusterNodeRow["state"] {
  if (cutOffSince !== undefined) return "cut_off";
  return leads ? "leads" : "follows";
}

function rowOfSilent({ node, version, batch, seenAt }: SilentNode, last: number): ClusterNodeRow {
  const behind = Math.max(0, last - batch);
  return { node, state: "silent", version, batch, behind, since: formatTime(seenAt) };
}
