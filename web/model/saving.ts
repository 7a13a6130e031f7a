// Reads what staff saves in a file: the messages of a room page by page, and the attendance of a lesson.
import { isoTime } from "../text/times.ts";
import type { AskedAttendance } from "./asked.ts";
import { changeLesson } from "./hands.ts";
import type { Attendance, Attendee, Exporting } from "./lesson_state.ts";
import { address } from "./room_requests.ts";
import type { Failure, RoomKey } from "./state.ts";
import { ask, command, isJoined, type Step } from "./step.ts";
import { itemOf, type Line, rowsOf, textOf, timeOf } from "./wire.ts";

/** The number of messages that one request reads. */
const PAGE = 200;

/** The maximum number of messages in one file. */
export const EXPORT_MAX = 50_000;

/** The maximum number of pages of one list of attendance. */
const PAGES_MAX = 100;

/** The failure of a request that was not sent or not answered because the link is broken. */
const OFFLINE: Failure = { code: "offline", reason: undefined, text: "", retryAt: undefined };

/** Begins to read the messages of a room from its end. `from`: those before this time are left out. */
export function startExport(step: Step, key: RoomKey, from: number): void {
  const room = step.app.rooms.get(key);
  if (room === undefined) return;
  changeLesson(step, {
    exporting: {
      ...{ room: key, name: room.name, from, state: "busy", items: [] },
      ...{ isCut: false, failure: undefined },
    },
  });
  readExport(step);
}

/** Reads the next page, also after a failure: what was read stays. */
export function readExport(step: Step): void {
  const { exporting } = step.app.lesson;
  const room = exporting && step.app.rooms.get(exporting.room);
  if (room === undefined || exporting?.state === "done") return;
  if (!isJoined(step)) return failExport(step, OFFLINE);
  const before = exporting!.items.at(-1)?.id;
  changeExport(step, { state: "busy", failure: undefined });
  ask(step, { for: "export", room: room.key, before: before ?? 0 }, {
    type: "history",
    ...address(room),
    limit: PAGE,
    ...(before === undefined ? {} : { before }),
  });
}

/** Ends the export and forgets its messages. */
export function endExport(step: Step): void {
  changeLesson(step, { exporting: undefined });
}

/** Applies a page of messages, and requests the next one until the beginning or the time is reached. */
export function applyExport(
  step: Step,
  asked: { readonly room: RoomKey; readonly before: number },
  line: Line,
): void {
  const { exporting } = step.app.lesson;
  if (!isCurrent(exporting, asked)) return;
  const rows = rowsOf(line.messages);
  const page = rows.flatMap((row) => itemOf(row, step.app.me) ?? [])
    .filter(({ id }) => asked.before === 0 || id < asked.before)
    .sort((a, b) => b.id - a.id);
  const fresh = page.filter(({ at }) => at >= exporting.from);
  const items = [...exporting.items, ...fresh].slice(0, EXPORT_MAX);
  const isAll = line.more !== true || page.length === 0 || fresh.length < page.length;
  const isCut = !isAll && items.length >= EXPORT_MAX;
  changeExport(step, { items, isCut, state: isAll || isCut ? "done" : "busy" });
  if (!isAll && !isCut) readExport(step);
}

/** Handles a rejected page. If the server asks to wait, the export goes on by itself. */
export function failExport(step: Step, failure: Failure): void {
  const { exporting } = step.app.lesson;
  if (exporting?.state !== "busy") return;
  if (failure.code === "rate_limited" || failure.code === "busy") {
    const ms = Math.max(500, (failure.retryAt ?? step.now) - step.now);
    return command(step, { type: "timer", name: "export", ms });
  }
  changeExport(step, { state: "failed", failure });
}

/** Goes on with an export that waits, unless it was ended meanwhile. */
export function resumeExport(step: Step): void {
  if (step.app.lesson.exporting?.state === "busy") readExport(step);
}

function isCurrent(
  exporting: Exporting | undefined,
  { room, before }: { readonly room: RoomKey; readonly before: number },
): exporting is Exporting {
  return exporting?.state === "busy" && exporting.room === room &&
    (exporting.items.at(-1)?.id ?? 0) === before;
}

function changeExport(step: Step, changes: Partial<Exporting>): void {
  const { exporting } = step.app.lesson;
  if (exporting !== undefined) changeLesson(step, { exporting: { ...exporting, ...changes } });
}

/** Requests who was online in a period. */
export function askAttendance(
  step: Step,
  { className, from, to }: Pick<Attendance, "className" | "from" | "to">,
): void {
  const attendance: Attendance = {
    ...{ className, from, to, state: "busy", people: [], failure: undefined },
  };
  changeLesson(step, { attendance });
  if (!isJoined(step)) return failAttendance(step, OFFLINE);
  request(step, { for: "attendance", list: attendance, pages: 1 });
}

function request(step: Step, asked: AskedAttendance): void {
  const { className, from, to, people } = asked.list;
  const after = people.at(-1)?.name;
  ask(step, asked, {
    type: "attendance",
    ...(className === undefined ? {} : { class: className }),
    from: isoTime(from),
    to: isoTime(to),
    ...(after === undefined ? {} : { after }),
  });
}

/** Applies a page of the attendance, and requests the next page if there is one. */
export function applyAttendance(step: Step, { list, pages }: AskedAttendance, line: Line): void {
  const { attendance } = step.app.lesson;
  if (!isSameList(attendance, list)) return;
  const page = rowsOf(line.people).map(attendeeOf).filter(({ name }) => name !== "");
  const next: Attendance = { ...list, people: [...list.people, ...page] };
  const hasMore = line.more === true && page.length > 0 && pages < PAGES_MAX;
  changeLesson(step, { attendance: { ...next, state: hasMore ? "busy" : "done" } });
  if (hasMore) request(step, { for: "attendance", list: next, pages: pages + 1 });
}

/** Records that the attendance could not be read. */
export function failAttendance(step: Step, failure: Failure): void {
  const { attendance } = step.app.lesson;
  if (attendance?.state !== "busy") return;
  changeLesson(step, { attendance: { ...attendance, state: "failed", failure } });
}

/** Marks what was being read as failed after the link has closed. */
export function breakSaving(step: Step): void {
  failExport(step, OFFLINE);
  failAttendance(step, OFFLINE);
}

function isSameList(a: Attendance | undefined, b: Attendance): boolean {
  return a?.state === "busy" && a.className === b.className && a.from === b.from && a.to === b.to;
}

function attendeeOf(row: Line): Attendee {
  const visits = rowsOf(row.visits).flatMap(({ from, to }) => {
    const begin = timeOf(from);
    return begin === undefined ? [] : [{ from: begin, to: timeOf(to) }];
  });
  return { name: textOf(row.name), guest: row.guest === true, visits };
}
