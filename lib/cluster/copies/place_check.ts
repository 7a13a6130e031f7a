// Decides whether the database of a node can follow a log.
import type { LogPlace } from "../batch.ts";

/** What a node needs to know of a log. */
export interface LogRange {
  readonly identity: string;
  /** The first sequence that the log still has; one more than {@linkcode last} if it has none. */
  readonly first: number;
  /** The last sequence; 0 if nothing was ever appended. */
  readonly last: number;
}

/** The database and the log do not belong together. The message says what to do. */
export class WrongLog extends Error {
  override readonly name = "WrongLog";
}

/**
 * Decides how a database gets to the end of a log.
 *
 * @param place The place of the database; `undefined` if it has never belonged to a log.
 * @returns `follow`: the log has all that is missing. `copy`: it needs a copy from another node.
 * @throws {WrongLog} If the database has what the log has not.
 */
export function fitPlace(place: LogPlace | undefined, log: LogRange): "follow" | "copy" {
  // A node may have proposed a log that was never created.
  if (place === undefined || place.sequence === 0 && place.log !== log.identity) {
    throw new WrongLog(
      "The database has never belonged to this cluster. To use its data as the beginning of a new cluster, run " +
        "`classcord cluster init` on this node. To join the cluster instead, move the data directory away and " +
        "start again with an empty one.",
    );
  }
  if (place.log !== log.identity) {
    throw new WrongLog(
      `The database belongs to another log (expected ${log.identity}, got ${place.log}). Check cluster.name and ` +
        "cluster.servers. If the log was deleted, run `classcord cluster init` on the node with the newest data, " +
        "and start the other nodes with empty data directories.",
    );
  }
  if (place.sequence > log.last) {
    throw new WrongLog(
      `The database is ahead of the log: it has batch ${place.sequence}, the log ends with batch ${log.last}. ` +
        "The NATS servers have lost data. Run `classcord cluster init` on the node with the newest data, and start " +
        "the other nodes with empty data directories.",
    );
  }
  return place.sequence + 1 >= log.first ? "follow" : "copy";
}
