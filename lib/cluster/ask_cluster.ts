// Asks all nodes of a cluster how they are, and puts the answers together.
import type { Answered, ClusterNodes } from "./nodes.ts";
import type { ClusterStatus, LogStatus, NodeStatus } from "./status.ts";

/** What is asked. */
export interface Asking {
  /** The name of the cluster. */
  readonly cluster: string;
  readonly nodes: Pick<ClusterNodes, "ask" | "known" | "log">;
  /** The status of this node, in case that NATS does not answer. */
  readonly own: () => NodeStatus;
}

/** Asks the nodes and the log. It takes up to a few seconds if some of them are silent. It never rejects. */
export async function askCluster({ cluster, nodes, own }: Asking): Promise<ClusterStatus> {
  const [log, known] = await Promise.all([
    nodes.log().catch(() => undefined),
    nodes.known().catch(() => []),
  ]);
  const answered = await nodes.ask(new Set(known.map(({ node }) => node))).catch(() => []);
  const all = answered.length > 0 ? described(answered, log) : [own()];
  const names = new Set(all.map(({ node }) => node));
  const silent = known.filter(({ node }) => !names.has(node));
  const byName = (one: { node: string }, other: { node: string }) => one.node < other.node ? -1 : 1;
  return { cluster, log, nodes: all.sort(byName), silent: silent.sort(byName) };
}

function described(answered: readonly Answered[], log: LogStatus | undefined): NodeStatus[] {
  const leader = answered.find(({ status }) => status.leads);
  const offset = ({ now, askedAt }: Answered) => now - askedAt;
  return answered.map((each) => {
    const { status } = each;
    // The log was asked before the node, so a node that follows lacks nothing of it.
    const behind = Math.max(0, (log?.last ?? status.batch) - status.batch);
    const clockOffsetMs = leader === undefined || status.leads
      ? undefined
      : Math.round(offset(each) - offset(leader));
    return { ...status, behind, clockOffsetMs };
  });
}
