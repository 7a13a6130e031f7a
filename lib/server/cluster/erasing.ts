// Lets a node remove the data of erased people from its files and from the log.
import { Erasures, type ErasuresParts } from "../../cluster/erasures.ts";
import type { NodeDatabase } from "../../cluster/copies/node_database.ts";
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
  readonly node: { readonly storedByAll: number };
  /** Whether nodes that belong to the cluster are silent. */
  readonly isIncomplete: ErasuresParts["isIncomplete"];
  /** The log of the server. */
  readonly told: (level: Parameters<Log["write"]>[0], text: string) => void;
}

/** Starts it. @param opened Stops it. */
export function startErasing(
  { database, log, search, node, isIncomplete, told }: ErasingParts,
  opened: Pick<AsyncDisposableStack, "defer">,
): Pick<Erasures, "stored"> {
  const audit = new AuditStore(database.facade);
  const erasures = new Erasures({
    database,
    log,
    emptyLogs: () => search.emptyLogs(),
    storedByAll: () => node.storedByAll,
    isIncomplete,
    erasedAt: () => audit.newest("user_erase")?.at ?? 0,
    time: Date.now,
    told: (text) => told("info", text),
  });
  let isStopped = false;
  let looking = Promise.resolve();
  const look = async () => {
    await erasures.look()
      .catch((error) => told("debug", `erasing: trying again: ${errorText(error)}`));
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
