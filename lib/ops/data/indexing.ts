// Updates the search index in steps outside the event loop, deletes removals that the index has applied, and then
// empties the write-ahead logs.
import { AuditStore } from "../../store/audit.ts";
import type { Database } from "../../store/database.ts";
import { HistoryStore } from "../../store/history.ts";
import type { SearchDesk } from "../../store/search/desk.ts";
import type { StepBudget, StepDone } from "../../store/search/search_index.ts";
import { Removals } from "../../store/search/removals.ts";
import { doFor, SMALL_BATCH } from "../../store/steps.ts";
import type { Clock } from "../background.ts";

/** Options of the indexing. */
export interface IndexingOptions {
  readonly index: Pick<SearchDesk, "step" | "emptyLogs">;
  readonly clock: Clock;
  /** Called when a step fails. It is retried later. */
  readonly failed: (error: unknown) => void;
}

const STEP: StepBudget = { rows: 2_000, bytes: 2 ** 20, milliseconds: 100 };
const PAUSE_MS = 150;
const EVERY_MS = 1_000;
const AFTER_FAILURE_MS = 10_000;
// After this many failures, removals are no longer kept for the index, and it will be rebuilt.
const FAILURES = 6;
// If more messages than this arrived since the last step, they take precedence: the index does a small step and waits
// for its next turn.
const BUSY_MESSAGES = 200;
const BUSY_STEP: StepBudget = { ...STEP, rows: 50 };
const FORGET_MS = 3;

/** Starts the indexing. @returns A function that stops it. */
export function startIndexing(
  database: Database,
  { index, clock, failed }: IndexingOptions,
): () => void {
  const history = new HistoryStore(database);
  const removals = new Removals(database);
  const audit = new AuditStore(database);
  let seen = history.lastId();
  // The state of the index, once the first step has reported it.
  let last: Pick<StepDone, "indexedTo" | "removedTo"> = { indexedTo: 0, removedTo: 0 };
  let failures = 0;
  /** Whether the write-ahead logs have content that was deleted. */
  let areLogsDirty = false;
  /** The last erasure that is known. Of one before the start, the logs may still have something. */
  let erasure = 0;
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
      if (removals.newest() === 0) emptyLogs();
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
      areLogsDirty ||= forgotten.rows > 0;
      if (removals.newest() === 0) emptyLogs();
      next(done.complete && forgotten.done || busy ? EVERY_MS : PAUSE_MS);
    } catch (error) {
      gaveUp(error);
    }
  }

  // Not during a large deletion, because writing waits for it.
  function emptyLogs(): void {
    const newest = audit.newest("user_erase")?.id ?? 0;
    if (!areLogsDirty && newest === erasure) return;
    areLogsDirty = false;
    erasure = newest;
    const tried = index.emptyLogs().then((areEmpty) => areLogsDirty ||= !areEmpty);
    tried.catch((error) => stopped || failed(error));
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
