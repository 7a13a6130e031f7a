// Deletes what is older than the configuration wants it kept: messages, the audit log, and sanctions
// that have expired.
import { AuditStore } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { HistoryStore } from "../store/history.ts";
import { SanctionStore } from "../store/sanctions.ts";
import { doFor, SMALL_BATCH } from "../store/steps.ts";
import { type Chore, type Clock, startChore } from "./background.ts";

/** How many days things are kept; 0 for ever. */
export interface RetentionDays {
  readonly retention_days: number;
  readonly audit_days: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
// A fifth of the time at most goes into it.
const STEP_MS = 4;
const PAUSE_MS = 20;
// Entries of the audit log, and sanctions: they are short.
const ROWS = 100;

/**
 * Prunes now and every hour.
 *
 * @param failed Told when it fails; it is tried again an hour later.
 * @returns A function that ends it.
 */
export function startRetention(
  database: Database,
  { days, failed, clock }: { days: RetentionDays; failed: Chore["failed"]; clock: Clock },
): () => void {
  const history = new HistoryStore(database);
  const sanctions = new SanctionStore(database);
  const audit = new AuditStore(database);
  function step(): boolean {
    const now = clock.now();
    const { retention_days, audit_days } = days;
    const prune = () =>
      (retention_days > 0 && history.prune(now - retention_days * DAY_MS, SMALL_BATCH)) ||
      (audit_days > 0 && audit.prune(now - audit_days * DAY_MS, ROWS)) ||
      sanctions.prune(now, ROWS);
    return doFor(STEP_MS, prune).done;
  }
  return startChore({ step, failed, pauseMs: PAUSE_MS, everyMs: HOUR_MS }, clock);
}
