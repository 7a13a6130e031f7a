// Lists who was online in a period, with the visits of each person.
import { badMember, type ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import type { AttendanceRow, Visit } from "../../protocol/replies/lesson.ts";
import { write, Written } from "../../protocol/replies/write.ts";
import { formatTime } from "../../protocol/reply.ts";
import { ATTENDANCE_DAYS_MAX } from "../../protocol/requests/lesson.ts";
import type { Group } from "../../store/groups.ts";
import type { Period, StoredVisit, VisitPlace } from "../../store/lesson/visits.ts";
import { priceOfCounting } from "../limits/cost.ts";
import type { Session } from "../presence/session.ts";
import type { Services } from "../services.ts";

const DAY_MS = 24 * 3_600_000;
/** The maximum number of visits of one person in one reply. */
const VISITS_MAX = 1_000;
/**
 * The maximum number of spellings of one name in one reply: a guest can write a name in upper and lower case. Visits under
 * further spellings count for the first one.
 */
const SPELLINGS_MAX = 20;
/** Rows that are read in one step; about 2 ms. */
const STEP_ROWS = 500;
/** The maximum number of rows that are read for one reply; about two seconds, in steps. */
const ROWS_MAX = 500_000;
/** In the month in which the clocks are set back, 31 days have an hour more. */
const SLACK_MS = 3_600_000;

/** Someone with the visits in a period. */
export interface Attender {
  readonly name: string;
  readonly isGuest: boolean;
  readonly visits: StoredVisit[];
}

/**
 * Returns the period of a request: by default the last day.
 *
 * @throws {ProtocolError} `bad_request` if it is empty or too long.
 */
export function periodOf(
  { from, to }: { readonly from: number | undefined; readonly to: number | undefined },
  now: number,
): Period {
  const end = to ?? now;
  const begin = from ?? end - DAY_MS;
  const isValid = begin < end && end - begin <= ATTENDANCE_DAYS_MAX * DAY_MS + SLACK_MS;
  if (isValid) return { from: begin, to: end };
  throw badMember("from", {
    expected: { key: "want_period", places: { days: ATTENDANCE_DAYS_MAX } },
    got: formatTime(begin),
  });
}

/** What to list. */
export interface Wanted {
  readonly period: Period;
  /** Only the accounts of this class, the absent too. */
  readonly of: Group | undefined;
  /** Only names after this one. */
  readonly after: string | undefined;
}

/**
 * Lists people sorted by name. The work is done in steps, so other requests are served meanwhile.
 *
 * @returns The people of each name: guests may have had the name of an account.
 * @throws {ProtocolError} `bad_request` if the period has too many visits.
 */
export async function listAttendance(
  session: Session,
  wanted: Wanted,
  services: Services,
): Promise<Attender[][]> {
  const found =
    await (wanted.of === undefined
      ? everyone(session, wanted, services)
      : classOf(session, wanted.of, { wanted, services }));
  const after = wanted.after === undefined ? "" : nameKey(wanted.after);
  return [...found].filter(([key]) => key > after)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, attenders]) => [...attenders.values()]);
}

/** People by the key of the name, and then by kind and spelling. */
type Found = Map<string, Map<string, Attender>>;

async function classOf(
  session: Session,
  { id }: Group,
  { wanted: { period }, services }: { readonly wanted: Wanted; readonly services: Services },
): Promise<Found> {
  const found: Found = new Map();
  let rows = 0;
  for (const { accountId, name, key } of services.lesson.groups.members(id)) {
    const visits = services.lesson.visits.ofAccount(accountId, period, VISITS_MAX + 1);
    found.set(key, new Map([[name, { name, isGuest: false, visits }]]));
    rows += 1 + visits.length;
    if (rows < STEP_ROWS) continue;
    session.charge(priceOfCounting(rows));
    rows = 0;
    await services.turns.next(session.network);
    if (session.closed) break;
  }
  session.charge(priceOfCounting(rows));
  return found;
}

async function everyone(
  session: Session,
  { period }: Wanted,
  services: Services,
): Promise<Found> {
  const found: Found = new Map();
  let place: VisitPlace | undefined;
  for (let rows = 0;; rows += STEP_ROWS) {
    if (rows >= ROWS_MAX) throw tooMany(period);
    const { visits, last } = services.lesson.visits.page(period, place, STEP_ROWS);
    session.charge(priceOfCounting(STEP_ROWS));
    for (const { name, isGuest, startedAt, endedAt } of visits) {
      visitsOf(found, name, isGuest).push({ startedAt, endedAt });
    }
    place = last;
    if (place === undefined) break;
    await services.turns.next(session.network);
    if (session.closed) break;
  }
  return found;
}

function tooMany({ from }: Period): ProtocolError {
  return badMember("from", { expected: { key: "want_shorter_period" }, got: formatTime(from) });
}

function visitsOf(found: Found, name: string, isGuest: boolean): StoredVisit[] {
  const key = nameKey(name);
  const attenders = found.get(key) ?? new Map<string, Attender>();
  found.set(key, attenders);
  const id = `${isGuest ? "guest" : "account"} ${name}`;
  let attender = attenders.get(id);
  if (attender === undefined && attenders.size >= SPELLINGS_MAX) {
    attender = attenders.values().find((each) => each.isGuest === isGuest);
  }
  if (attender === undefined) {
    attender = { name, isGuest, visits: [] };
    attenders.set(id, attender);
  }
  return attender.visits;
}

/** Returns the rows of the people of one name. */
export function attendanceRows(attenders: readonly Attender[]): Written<AttendanceRow> {
  return new Written(attenders.map((each) => write(attendanceRow(each)).text).join(","));
}

// Parts of one visit are joined.
function attendanceRow({ name, isGuest, visits }: Attender): AttendanceRow {
  const joined: StoredVisit[] = [];
  for (const visit of visits.slice(0, VISITS_MAX)) {
    const before = joined.at(-1);
    if (before?.endedAt !== visit.startedAt) joined.push(visit);
    else joined[joined.length - 1] = { ...before, endedAt: visit.endedAt };
  }
  const guest = isGuest ? { guest: true as const } : {};
  const more = visits.length > VISITS_MAX ? { more: true as const } : {};
  return { name, ...guest, visits: joined.map(toVisit), ...more };
}

function toVisit({ startedAt, endedAt }: StoredVisit): Visit {
  return { from: formatTime(startedAt), to: endedAt === null ? null : formatTime(endedAt) };
}
