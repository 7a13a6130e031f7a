// Turns the messages of a room and the attendance of a lesson into the contents of files.
import type { Attendance, Item } from "../model/state.ts";
import { csvOf, localTime } from "./csv.ts";

const HOUR_MS = 3_600_000;

/** The formats of an export. */
export type ExportFormat = "text" | "csv";

/** The headings of the columns, in the user's language. */
export interface RoomColumns {
  readonly id: string;
  readonly time: string;
  readonly from: string;
  readonly content: string;
}

/** Returns the messages of a room as CSV. `items`: the newest first. */
export function roomCsv(
  items: readonly Item[],
  columns: RoomColumns,
  separator: ";" | ",",
): string {
  const rows = items.toReversed().map((
    { id, at, from, content },
  ) => [id, localTime(at), from, content]);
  return csvOf([[columns.id, columns.time, columns.from, columns.content], ...rows], separator);
}

/** Returns the messages of a room as text, one line a message. Further lines of a message are indented. */
export function roomText(items: readonly Item[], title: string): string {
  const lines = items.toReversed().map(({ at, from, content }) =>
    `[${localTime(at)}] ${from}: ${content.replace(/\r?\n/g, "\n    ")}`
  );
  return [title, "", ...lines, ""].join("\n");
}

/** One line of a list of attendance. Times are in milliseconds since 1970. */
export interface Presence {
  readonly name: string;
  readonly guest: boolean;
  readonly from: number | undefined;
  /** Undefined while the person is here, and for absent people. */
  readonly to: number | undefined;
  readonly isHere: boolean;
  /** The minutes of all visits together, within the period. */
  readonly minutes: number;
  readonly visits: number;
}

/** Returns for each person when they came and left within the period. `now`: the end of visits that go on. */
export function presences({ people, from, to }: Attendance, now: number): Presence[] {
  return people.map(({ name, guest, visits }) => {
    const ended = visits.map((visit) => ({ from: visit.from, to: visit.to ?? now }));
    const within = ended.map((visit) =>
      Math.max(0, Math.min(visit.to, to) - Math.max(visit.from, from))
    );
    const isHere = visits.some((visit) => visit.to === undefined);
    const sum = within.reduce((total, ms) => total + ms, 0);
    return {
      name,
      guest,
      from: visits.length === 0 ? undefined : Math.min(...ended.map((visit) => visit.from)),
      to: visits.length === 0 || isHere ? undefined : Math.max(...ended.map((visit) => visit.to)),
      isHere,
      minutes: Math.round(sum / 60_000),
      visits: visits.length,
    };
  });
}

/** The headings and words of a list of attendance, in the user's language. */
export interface AttendanceWords {
  readonly name: string;
  readonly present: string;
  readonly from: string;
  readonly to: string;
  readonly minutes: string;
  readonly visits: string;
  readonly yes: string;
  readonly no: string;
}

/** Returns a list of attendance as CSV. */
export function attendanceCsv(
  rows: readonly Presence[],
  words: AttendanceWords,
  separator: ";" | ",",
): string {
  const { name, present, from, to, minutes, visits, yes, no } = words;
  return csvOf([
    [name, present, from, to, minutes, visits],
    ...rows.map((row) => [
      row.name,
      row.visits > 0 ? yes : no,
      row.from === undefined ? "" : localTime(row.from),
      row.to === undefined ? "" : localTime(row.to),
      row.minutes,
      row.visits,
    ]),
  ], separator);
}

/** Returns the hour that ends now, as far as it is today: the form has one date. */
export function lastHour(now: number): { date: string; from: string; to: string } {
  const [date, time] = parts(now);
  const [began, from] = parts(now - HOUR_MS);
  // The minute that has begun belongs to it.
  const [ends, to] = parts(now + 60_000);
  return { date, from: began === date ? from : "00:00", to: ends === date ? to : time };
}

function parts(time: number): [date: string, time: string] {
  const text = localTime(time);
  return [text.slice(0, 10), text.slice(11, 16)];
}
