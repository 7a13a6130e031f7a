// Puts together what serves the operators of a node, and its status.
import type { ClusterNode } from "../../cluster/node.ts";
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
  readonly links: Pick<ClusterLinks, "link" | "nodes">;
  readonly operations: ServerOperations;
  /** The core, as the edge of this node sees it. */
  readonly core: Core;
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
  { name, run, config, base, links, operations, core, node }: OperatorsParts,
): ServedOperators {
  const { settings, log, admission } = base;
  const status = () =>
    ownStatus({
      name,
      run,
      node: node(),
      link: links.link,
      clients: () => admission.total,
      startedAt: Math.round(performance.timeOrigin),
    });
  const requests = new OwnRequests({
    cluster: config.cluster.name,
    nodes: links.nodes,
    status,
    operations,
    resign: () => node().resign(),
  });
  const operators = new OwnOperators({
    core,
    requests,
    settings,
    failed: (request, error) =>
      log.write("error", "ERREUR", `the handler of ${request} failed: ${errorText(error)}`),
  });
  return { status, requests, operators };
}
