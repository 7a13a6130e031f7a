// The server's automatic work on its database: deleting expired data and updating the search index.
import type { Database } from "../../store/database.ts";
import { HistoryStore } from "../../store/history.ts";
import type { SearchDesk } from "../../store/search/desk.ts";
import { doFor, SMALL_BATCH } from "../../store/steps.ts";
import { type Clock, startChore } from "../background.ts";
import { startIndexing } from "./indexing.ts";
import type { Log } from "../log/log.ts";
import { errorText } from "../log/text.ts";
import { type RetentionDays, startRetention } from "./retention.ts";

/** Options of the upkeep. */
export interface UpkeepOptions {
  /** Read again at each use. */
  readonly days: RetentionDays;
  readonly log: Pick<Log, "write">;
  readonly clock: Clock;
  /** The search index to update, unless {@linkcode startIndexUpkeep} does it. */
  readonly index?: IndexUpkeepOptions["index"] | undefined;
  /** Called when the times of sanctions were corrected. */
  readonly sanctionsChanged?: () => void;
}

/** What updates the search index. */
export interface IndexUpkeepOptions extends Pick<UpkeepOptions, "log" | "clock"> {
  readonly index: Pick<SearchDesk, "step" | "emptyLogs">;
}

// This work uses at most a fifth of the time.
const STEP_MS = 4;
const PAUSE_MS = 20;
const EVERY_MS = 1_000;
const TELL_AGAIN_MS = 60_000;

/** Starts the work. @returns A function that stops it. */
export function startUpkeep(
  database: Database,
  { days, log, clock, index, sanctionsChanged }: UpkeepOptions,
): () => void {
  const history = new HistoryStore(database);
  const failed = (what: string) => reporter(what, { log, clock });
  const stops = [
    startRetention(database, {
      days,
      clock,
      failed: failed("deleting old messages"),
      refused: (reason) => log.write("error", "ERREUR", reason),
      ...(sanctionsChanged === undefined ? {} : { sanctionsChanged }),
    }),
    startChore({
      step: () => doFor(STEP_MS, () => history.clearDeletedChannels(SMALL_BATCH)).done,
      pauseMs: PAUSE_MS,
      everyMs: EVERY_MS,
      failed: failed("deleting the messages of deleted channels"),
    }, clock),
    ...index === undefined ? [] : [startIndexUpkeep(database, { index, log, clock })],
  ];
  return () => stops.forEach((stop) => stop());
}

/** Updates the search index. On a node of a cluster it goes on whether the node leads or follows. @returns Stops it. */
export function startIndexUpkeep(
  database: Database,
  { index, log, clock }: IndexUpkeepOptions,
): () => void {
  const failed = reporter("indexing messages", { log, clock });
  return startIndexing(database, { index, clock, failed });
}

function reporter(what: string, { log, clock }: Pick<UpkeepOptions, "log" | "clock">) {
  let next = -Infinity;
  return (error: unknown): void => {
    // One line per second would fill a full disk even more.
    if (clock.now() < next) return;
    next = clock.now() + TELL_AGAIN_MS;
    log.write("error", "ERREUR", `${what} failed and will be tried again: ${errorText(error)}`);
  };
}
