// Keeps the search index up with the messages, in steps beside the event loop; and forgets what the index has
// followed.
import type { Database } from "../../store/database.ts";
import { HistoryStore } from "../../store/history.ts";
import type { SearchDesk } from "../../store/search/desk.ts";
import type { StepBudget, StepDone } from "../../store/search/search_index.ts";
import { Removals } from "../../store/search/removals.ts";
import { doFor, SMALL_BATCH } from "../../store/steps.ts";
import type { Clock } from "../background.ts";

/** What indexing needs. */
export interface IndexingOptions {
  readonly index: Pick<SearchDesk, "step" | "emptyLogs">;
  readonly clock: Clock;
  /** Told when a step fails; it is tried again later. */
  readonly failed: (error: unknown) => void;
}

const STEP: StepBudget = { rows: 2_000, bytes: 2 ** 20, milliseconds: 100 };
const PAUSE_MS = 150;
const EVERY_MS = 1_000;
const AFTER_FAILURE_MS = 10_000;
// After so many failures what was deleted is not kept for the index any longer: it is built anew one day.
const FAILURES = 6;
// Where more messages than this came since the last step, they go first: the index gets a small step and
// waits for its next turn.
const BUSY_MESSAGES = 200;
const BUSY_STEP: StepBudget = { ...STEP, rows: 50 };
const FORGET_MS = 3;

/** Begins with it. @returns A function that ends it. */
export function startIndexing(
  database: Database,
  { index, clock, failed }: IndexingOptions,
): () => void {
  const history = new HistoryStore(database);
  const removals = new Removals(database);
  let seen = history.lastId();
  // What the index has, once it has said so.
  let last: Pick<StepDone, "indexedTo" | "removedTo"> = { indexedTo: 0, removedTo: 0 };
  let failures = 0;
  let stopped = false;
  let cancel = () => {};

  function next(milliseconds: number): void {
    if (!stopped) cancel = clock.after(milliseconds, run);
  }

  function run(): void {
    try {
      const newest = history.lastId();
      const busy = newest - seen > BUSY_MESSAGES;
      seen = newest;
      if (removals.newest() === 0 && newest <= last.indexedTo) return next(EVERY_MS);
      index.step(busy ? BUSY_STEP : STEP).then((done) => took(done, busy), gaveUp);
    } catch (error) {
      gaveUp(error);
    }
  }

  function took(done: StepDone, busy: boolean): void {
    if (stopped) return;
    try {
      last = done;
      failures = 0;
      const forgotten = doFor(FORGET_MS, () => removals.forget(done.removedTo, SMALL_BATCH));
      // Not in the middle of much that is deleted: writing waits for it.
      if (forgotten.rows > 0 && removals.newest() === 0) index.emptyLogs().catch(failed);
      next(done.complete && forgotten.done || busy ? EVERY_MS : PAUSE_MS);
    } catch (error) {
      gaveUp(error);
    }
  }

  function gaveUp(error: unknown): void {
    if (stopped) return;
    failed(error);
    next(AFTER_FAILURE_MS);
    if (++failures < FAILURES) return;
    try {
      doFor(FORGET_MS, () => removals.forget(removals.newest(), SMALL_BATCH));
    } catch (error) {
      failed(error);
    }
  }

  next(0);
  return () => {
    stopped = true;
    cancel();
  };
}
