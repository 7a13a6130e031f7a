// Lists the tables of the main database that each node keeps for itself. All other tables are the same on all nodes.

import { PLACE_TABLE } from "../../store/log/place.ts";

/**
 * Tables that are not replicated.
 *
 * - `log_place`: the place of this node.
 * - `search_queue`: what the search index of this node has not followed yet. Each node has an index of its own.
 */
export const LOCAL_TABLES: ReadonlySet<string> = new Set([PLACE_TABLE, "search_queue"]);

/**
 * Triggers that write only to local tables. They also run when a copy applies changes. The other triggers do not,
 * because the changes contain what they did.
 */
export const LOCAL_TRIGGERS: ReadonlySet<string> = new Set([
  "search_delete",
  "search_update",
  "log_erased",
]);
