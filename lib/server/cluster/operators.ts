// Puts together what serves the operators of a node, and its status.
import { SILENCE_MS } from "../../cluster/contact.ts";
import type { NodeDatabase } from "../../cluster/copies/node_database.ts";
import type { FarCore } from "../../cluster/edges/far_core.ts";
import { runOf } from "../../cluster/edges/link_session.ts";
import type { ClusterNode } from "../../cluster/node.ts";
import { nodeOfRun } from "../../cluster/run_name.ts";
import { type NodeStatus, ownStatus } from "../../cluster/status.ts";
import type { Core } from "../../edge/edge.ts";
import type { Config } from "../../ops/config/schema.ts";
import { errorText } from "../../ops/log/text.ts";
import type { Base } from "../base.ts";
import type { ServerOperations } from "../operations.ts";
import type { ClusterLinks } from "./links.ts";
import { OwnOperators } from "./own_operators.ts";
import { OwnRequests } from "./own_requests.ts";

/** What the operators are served with. */
export interface OperatorsParts {
  /** The name of the node. */
  readonly name: string;
  readonly run: string;
  readonly config: Config;
  readonly base: Pick<Base, "settings" | "log" | "admission">;
  readonly links: Pick<ClusterLinks, "log" | "link" | "nodes">;
  readonly database: Pick<NodeDatabase, "place">;
  readonly operations: ServerOperations;
  /** What talks to the leader. */
  readonly core: Pick<FarCore, "leader">;
  /** The core, as the edge of this node sees it. */
  readonly covered: Core;
  /** The node, once it exists. */
  readonly node: () => ClusterNode;
}

/** What serves the operators of a node. */
export interface ServedOperators {
  readonly status: () => NodeStatus;
  readonly requests: OwnRequests;
  /** The core for the edge of this node. */
  readonly operators: OwnOperators;
}

/** Serves the operators of a node. */
export function serveOperators(
  { name, run, config, base, links, database, operations, core, covered, node }: OperatorsParts,
): ServedOperators {
  const { settings, log, admission } = base;
  const status = () => {
    const { leads, contact, cutOffSince } = node();
    const hears = core.leader !== undefined && contact.lost < SILENCE_MS;
    const leader = leads ? name : hears ? nodeOfRun(runOf(core.leader)) : undefined;
    return ownStatus({
      ...{ name, run, leads, leader, cutOffSince },
      batch: database.place.sequence,
      behind: links.log.behind,
      link: links.link(),
      clients: admission.total,
      startedAt: Math.round(performance.timeOrigin),
    });
  };
  const requests = new OwnRequests({
    cluster: config.cluster.name,
    nodes: links.nodes,
    status,
    operations,
    resign: () => node().resign(),
  });
  const operators = new OwnOperators({
    core: covered,
    requests,
    settings,
    failed: (request, error) =>
      log.write("error", "ERREUR", `the handler of ${request} failed: ${errorText(error)}`),
  });
  return { status, requests, operators };
}
