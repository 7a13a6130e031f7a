// Deletes expired messages, audit log entries, visits, sanctions, tokens, invitations and known networks, unless the clock is far ahead.
import { AuditStore } from "../../store/audit.ts";
import { clockLead, CONFIRMED_AFTER_MS } from "../../store/clock_lead.ts";
import type { Database } from "../../store/database.ts";
import { isPlausible, lastExpired, type TimedTable } from "../../store/expiry.ts";
import { HistoryStore } from "../../store/history.ts";
import { INVITE_DAYS, InviteStore } from "../../store/invites/invites.ts";
import { KnownNetworkStore, NETWORK_DAYS } from "../../store/known_networks.ts";
import { ReadMarkStore } from "../../store/page/read_marks.ts";
import { WebSessionStore } from "../../store/page/web_sessions.ts";
import { RegistrationWindowStore } from "../../store/invites/registration_windows.ts";
import { SanctionStore } from "../../store/sanctions.ts";
import { VisitStore } from "../../store/lesson/visits.ts";
import { doFor, SMALL_BATCH } from "../../store/steps.ts";
import { type Chore, type Clock, startChore } from "../background.ts";

/** How many days data is kept; 0 means forever. */
export interface RetentionDays {
  readonly retention_days: number;
  readonly audit_days: number;
  /** How long visits are kept; 0 means not at all. */
  readonly attendance_days: number;
}

/** Options of the retention. */
export interface RetentionOptions {
  /** Read again at each use. */
  readonly days: RetentionDays;
  readonly clock: Clock;
  /** Called when a run fails. The next run is an hour later. */
  readonly failed: Chore["failed"];
  /** Called with the reason if nothing is deleted because the clock is far ahead. */
  readonly refused?: (reason: string) => void;
  /** Called when the times of sanctions were corrected. */
  readonly sanctionsChanged?: () => void;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
// Retention uses at most a fifth of the time.
const STEP_MS = 4;
const PAUSE_MS = 20;
// Audit log entries, sanctions and networks per batch; they are short.
const ROWS = 100;
/** The default lifetime of a token. */
const SESSION_DAYS = 30;
/** A server may be off this long, for example over the summer, and delete what has expired at its next start. */
const ABSENCE_DAYS = 62;
/** After running for this many hours, the clock is trusted, because an administrator would have corrected it. */
const CONFIRMING_RUNS = CONFIRMED_AFTER_MS / HOUR_MS;
const TOLD_EVERY = 24;

/** Deletes expired data now and every hour. @returns A function that stops it. */
export function startRetention(
  database: Database,
  { days, failed, clock, refused = () => {}, sanctionsChanged = () => {} }: RetentionOptions,
): () => void {
  const history = new HistoryStore(database);
  const sanctions = new SanctionStore(database);
  const audit = new AuditStore(database);
  const networks = new KnownNetworkStore(database);
  const visits = new VisitStore(database);
  const webSessions = new WebSessionStore(database);
  const marks = new ReadMarkStore(database);
  const invites = new InviteStore(database);
  const windows = new RegistrationWindowStore(database);
  let lead: number | undefined;
  let refusals = 0;

  /** Whether the clock is too far ahead to decide what is older than `keptDays`. */
  function isAhead(keptDays: number): boolean {
    return lead! > (keptDays + ABSENCE_DAYS) * DAY_MS;
  }

  function isTrusted(keptDays: number): boolean {
    return refusals > CONFIRMING_RUNS || !isAhead(keptDays);
  }

  function isRefused(table: TimedTable, keptDays: number, now: number): boolean {
    if (keptDays === 0 || !isAhead(keptDays)) return false;
    const before = now - keptDays * DAY_MS;
    return lastExpired(database.sqlite, table, { before, now, most: 1 }) !== undefined;
  }

  /** Called only at the beginning of a run, because its steps delete the data that the decision depends on. */
  function look(now: number): void {
    lead = clockLead(database, now);
    const refuses = isRefused("messages", days.retention_days, now) ||
      isRefused("audit", days.audit_days, now);
    if (!refuses) refusals = 0;
    else if (refusals++ % TOLD_EVERY === 0 && refusals <= CONFIRMING_RUNS) {
      refused(leadText(now, lead));
    }
  }

  function prune(now: number): number {
    const { retention_days, audit_days } = days;
    const before = (keptDays: number) => now - keptDays * DAY_MS;
    const keeps = (keptDays: number) => keptDays === 0 || !isTrusted(keptDays);
    return (keeps(retention_days) ? 0 : history.prune(before(retention_days), SMALL_BATCH, now)) ||
      (keeps(NETWORK_DAYS) ? 0 : networks.prune(now, ROWS)) ||
      (keeps(audit_days) ? 0 : audit.prune(before(audit_days), ROWS, now)) ||
      (isTrusted(Math.max(retention_days, audit_days)) ? pruneSanctions(now) : 0) ||
      (isTrusted(SESSION_DAYS) ? webSessions.prune(now, ROWS) || windows.prune(now, ROWS) : 0) ||
      (isTrusted(INVITE_DAYS) ? invites.prune(now, ROWS) : 0) ||
      pruneVisits(now) || marks.prune(ROWS);
  }

  function pruneVisits(now: number): number {
    const { attendance_days: kept } = days;
    return isTrusted(kept) ? visits.prune(now - kept * DAY_MS, ROWS) : 0;
  }

  function pruneSanctions(now: number): number {
    // The time of the newest message shows whether the clock is correct or behind.
    const newest = history.newestTime();
    if (newest !== undefined && !isPlausible(newest, now)) return 0;
    if (newest !== undefined && sanctions.correctTimes(now)) sanctionsChanged();
    return sanctions.prune(now, ROWS);
  }

  function step(): boolean {
    const now = clock.now();
    let done = true;
    try {
      if (lead === undefined) look(now);
      ({ done } = doFor(STEP_MS, () => prune(now)));
      return done;
    } finally {
      if (done) lead = undefined;
    }
  }
  return startChore({ step, failed, pauseMs: PAUSE_MS, everyMs: HOUR_MS }, clock);
}

function leadText(now: number, lead: number): string {
  const time = new Date(now).toISOString();
  return `old messages are not deleted: the clock (${time}) is ${
    Math.floor(lead / DAY_MS)
  } days ahead of the ` +
    "newest stored data. Correct the clock of this machine. If the clock is correct, deletion starts after " +
    `${CONFIRMED_AFTER_MS / DAY_MS} days`;
}
