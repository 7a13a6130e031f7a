// Lets a node remove the data of erased people from its files and from the log.
import { Erasures } from "../../cluster/erasures.ts";
import type { NodeDatabase } from "../../cluster/copies/node_database.ts";
import type { ClusterNode } from "../../cluster/node.ts";
import type { ClusterNodes } from "../../cluster/nodes.ts";
import { systemClock } from "../../ops/background.ts";
import type { Log } from "../../ops/log/log.ts";
import { errorText } from "../../ops/log/text.ts";
import { AuditStore } from "../../store/audit.ts";
import type { SearchDesk } from "../../store/search/desk.ts";
import type { ClusterLinks } from "./links.ts";

const EVERY_MS = 1_000;

/** What the erasing works with. */
export interface ErasingParts extends Pick<ClusterLinks, "log"> {
  readonly database: NodeDatabase;
  readonly search: Pick<SearchDesk, "emptyLogs">;
  readonly node: Pick<ClusterNode, "reign">;
  readonly nodes: Pick<ClusterNodes, "known" | "ask">;
  readonly serverLog: Pick<Log, "write">;
}

/** Starts it. @param opened Stops it. */
export function startErasing(
  { database, log, search, node, nodes, serverLog }: ErasingParts,
  opened: Pick<AsyncDisposableStack, "defer">,
): Pick<Erasures, "stored"> {
  const audit = new AuditStore(database.facade);
  const erasures = new Erasures({
    database,
    log,
    emptyLogs: () => search.emptyLogs(),
    storedByAll: () => node.reign?.stored ?? 0,
    append: () => node.reign?.append(),
    isIncomplete: () => lacksNodes(nodes),
    erasedAt: () => audit.newest("user_erase")?.at ?? 0,
    time: Date.now,
    told: (text) => serverLog.write("info", "CLUSTER", text),
  });
  let isStopped = false;
  let looking = Promise.resolve();
  const look = async () => {
    await erasures.look().catch((error) =>
      serverLog.write("debug", "CLUSTER", `erasing: trying again: ${errorText(error)}`)
    );
    if (!isStopped) cancel = systemClock.after(EVERY_MS, next);
  };
  const next = () => void (looking = look());
  let cancel = systemClock.after(EVERY_MS, next);
  opened.defer(async () => {
    isStopped = true;
    cancel();
    await looking;
  });
  return erasures;
}

/** Whether nodes that belong to the cluster are silent. */
async function lacksNodes(nodes: ErasingParts["nodes"]): Promise<boolean> {
  const known = new Set((await nodes.known()).map(({ node }) => node));
  const answered = new Set((await nodes.ask(known)).map(({ status }) => status.node));
  return [...known].some((node) => !answered.has(node));
}
