// Checks that no other node has the name of this one, and notes regularly that this node belongs to its cluster, so that the
// others know it while it is silent.
import type { ClusterNodes } from "../../cluster/nodes.ts";
import type { NodeStatus } from "../../cluster/status.ts";
import type { Log } from "../../ops/log/log.ts";
import { errorText } from "../../ops/log/text.ts";
import { StartFailure } from "../server_options.ts";

/** @throws {StartFailure} If a node of this name answers. */
export async function checkName(nodes: Pick<ClusterNodes, "isThere">, name: string): Promise<void> {
  if (!await nodes.isThere(name)) return;
  throw new StartFailure(
    `cluster.node: another server of the cluster is called ${name}. Give each server a name of its own.`,
    { mayPass: false },
  );
}

/** What is noted, and where. */
export interface NotingParts {
  readonly nodes: Pick<ClusterNodes, "note">;
  readonly status: () => NodeStatus;
  readonly log: Pick<Log, "write">;
  readonly now: () => number;
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

const EVERY_MS = 60_000;

/** Notes the node now and every minute. @returns Notes it for the last time. */
export function keepNoted(parts: NotingParts): () => Promise<void> {
  let cancel = () => {};
  const again = () => {
    cancel = parts.after(EVERY_MS, again);
    return note(parts);
  };
  void again();
  return () => {
    cancel();
    return note(parts);
  };
}

async function note({ nodes, status, log, now }: NotingParts): Promise<void> {
  const { node, batch, version } = status();
  try {
    await nodes.note({ node, batch, version, seenAt: now() });
  } catch (error) {
    log.write("debug", "CLUSTER", `this server was not noted: ${errorText(error)}`);
  }
}
