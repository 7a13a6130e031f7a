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
  /** Told that the times of sanctions were set right. */
  readonly sanctionsChanged?: () => void;
}

// A batch takes some 2 ms, and sometimes 30 when the index merges its parts.
const INDEX_BATCH = 500;
const INDEX_PAUSE_MS = 50;
const INDEX_EVERY_MS = 1_000;
// Where more messages than this came since the last step, they go first: the index gets a small batch
// and waits for its next turn.
const BUSY_MESSAGES = 200;
const BUSY_BATCH = 50;
const TELL_AGAIN_MS = 60_000;

/** Begins with it. @returns A function that ends it. */
export function startUpkeep(
  database: Database,
  { days, log, clock, sanctionsChanged }: UpkeepOptions,
): () => void {
  const failed = (what: string) => {
    let next = -Infinity;
    return (error: unknown) => {
      // Each second a line, for as long as a disk is full, would not make it emptier.
      if (clock.now() < next) return;
      next = clock.now() + TELL_AGAIN_MS;
      log.write("error", "ERREUR", `${what} failed, and is tried again: ${errorText(error)}`);
    };
  };
  const stops = [
    startRetention(database, {
      days,
      clock,
      failed: failed("deleting old messages"),
      refused: (reason) => log.write("error", "ERREUR", reason),
      ...(sanctionsChanged === undefined ? {} : { sanctionsChanged }),
    }),
    startChore({
      step: createIndexing(new SearchIndex(database)),
      pauseMs: INDEX_PAUSE_MS,
      everyMs: INDEX_EVERY_MS,
      failed: failed("indexing messages"),
    }, clock),
  ];
  return () => stops.forEach((stop) => stop());
}

function createIndexing(index: SearchIndex): () => boolean {
  let seen = index.newest();
  return function step(): boolean {
    const newest = index.newest();
    const busy = newest - seen > BUSY_MESSAGES;
    seen = newest;
    return index.catchUp(busy ? BUSY_BATCH : INDEX_BATCH) || busy;
  };
}
