// What the server does for its database by itself: delete what is too old, and keep the search index up.
import type { Database } from "../store/database.ts";
import { SearchIndex } from "../store/search_index.ts";
import { type Clock, startChore } from "./background.ts";
import type { Log } from "./log.ts";
import { errorText } from "./log_text.ts";
import { type RetentionDays, startRetention } from "./retention.ts";

/** What upkeep needs. */
export interface UpkeepOptions {
  /** Read anew each time. */
  readonly days: RetentionDays;
  readonly log: Pick<Log, "write">;
  readonly clock: Clock;
}

// Bounds the share of time that indexing takes, however many messages come: some 2 ms in 50, and none
// of it on the way of a message.
const INDEX_BATCH = 500;
const INDEX_PAUSE_MS = 50;
const INDEX_EVERY_MS = 1_000;

/** Begins with it. @returns A function that ends it. */
export function startUpkeep(database: Database, { days, log, clock }: UpkeepOptions): () => void {
  const failed = (what: string) => (error: unknown) =>
    log.write("error", "ERREUR", `${what} failed, and is tried again: ${errorText(error)}`);
  const index = new SearchIndex(database);
  const stops = [
    startRetention(database, { days, clock, failed: failed("deleting old messages") }),
    startChore({
      step: () => index.catchUp(INDEX_BATCH),
      pauseMs: INDEX_PAUSE_MS,
      everyMs: INDEX_EVERY_MS,
      failed: failed("indexing messages"),
    }, clock),
  ];
  return () => stops.forEach((stop) => stop());
}
