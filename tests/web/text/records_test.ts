// Tests of the files that staff saves: CSV, text, and the times of a lesson.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { csvOf, fileName, localTime } from "../../../web/text/csv.ts";
import {
  attendanceCsv,
  lastHour,
  presences,
  roomCsv,
  roomText,
} from "../../../web/text/records.ts";

const COLUMNS = { id: "id", time: "time", from: "from", content: "message" };

/** Parses CSV as RFC 4180 defines it. */
function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const body = text.replace(/^\ufeff/, "");
  for (let at = 0; at < body.length; at++) {
    const unit = body[at]!;
    if (quoted) {
      if (unit !== '"') cell += unit;
      else if (body[at + 1] === '"') cell += body[++at]!;
      else quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === separator) {
      rows.at(-1)!.push(cell);
      cell = "";
    } else if (unit === "\r" && body[at + 1] === "\n") {
      rows.at(-1)!.push(cell);
      rows.push([]);
      cell = "";
      at++;
    } else cell += unit;
  }
  return rows.slice(0, -1);
}

Deno.test("CSV returns every text as it was, except that no cell is a formula", () => {
  fc.assert(fc.property(
    fc.array(fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 2 }), {
      minLength: 1,
    }),
    fc.constantFrom(";", ","),
    (rows, separator) => {
      const read = parseCsv(csvOf(rows, separator as ";"), separator);
      assert.equal(read.length, rows.length);
      for (const [at, row] of rows.entries()) {
        for (const [column, cell] of row.entries()) {
          const shown = read[at]![column]!;
          assert.ok(shown === cell || shown === `'${cell}`, JSON.stringify([cell, shown]));
          assert.doesNotMatch(shown, /^\s*[=+\-@]/);
        }
      }
    },
  ));
});

Deno.test("names and contents that a spreadsheet would run get an apostrophe", () => {
  for (const text of ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1"]) {
    const [[cell]] = parseCsv(csvOf([[text, "x"]], ","), ",") as [[string]];
    assert.equal(cell, `'${text}`);
  }
  assert.equal(csvOf([[-5, "a-b"]], ","), "\ufeff-5,a-b\r\n");
});

Deno.test("a room is saved oldest first, as CSV and as text", () => {
  const at = new Date(2026, 10, 27, 9, 5, 7).getTime();
  const item = { fromKey: "", cid: undefined, replyTo: undefined, mine: false, deleted: false };
  const items = [
    { ...item, id: 2, from: "Léa", at: at + 1000, content: 'dit "oui";\nnon' },
    { ...item, id: 1, from: "=Tom", at, content: "bonjour" },
  ];
  assert.equal(
    roomCsv(items, COLUMNS, ";"),
    "\ufeffid;time;from;message\r\n1;2026-11-27 09:05:07;'=Tom;bonjour\r\n" +
      '2;2026-11-27 09:05:08;Léa;"dit ""oui"";\nnon"\r\n',
  );
  assert.equal(
    roomText(items, "#dev"),
    '#dev\n\n[2026-11-27 09:05:07] =Tom: bonjour\n[2026-11-27 09:05:08] Léa: dit "oui";\n    non\n',
  );
});

Deno.test("attendance has arrival, departure and the minutes within the period; absent people are listed", () => {
  const base = new Date(2026, 10, 27, 10).getTime();
  const minute = 60_000;
  const attendance = {
    ...{
      className: "A",
      from: base,
      to: base + 60 * minute,
      state: "done" as const,
      failure: undefined,
    },
    people: [
      {
        name: "Ada",
        guest: false,
        visits: [
          { from: base - 10 * minute, to: base + 20 * minute },
          { from: base + 30 * minute, to: undefined },
        ],
      },
      { name: "Tom", guest: false, visits: [{ from: base + minute, to: base + 3 * minute }] },
      { name: "Zoé", guest: false, visits: [] },
    ],
  } as const;
  const rows = presences(attendance, base + 40 * minute);
  assert.deepEqual(rows.map(({ minutes }) => minutes), [30, 2, 0]);
  assert.deepEqual(rows.map(({ isHere }) => isHere), [true, false, false]);
  const words = {
    ...{ name: "name", present: "present", from: "from", to: "to" },
    ...{ minutes: "minutes", visits: "visits", yes: "yes", no: "no" },
  };
  assert.equal(
    attendanceCsv(rows, words, ","),
    "\ufeffname,present,from,to,minutes,visits\r\n" +
      "Ada,yes,2026-11-27 09:50:00,,30,2\r\n" +
      "Tom,yes,2026-11-27 10:01:00,2026-11-27 10:03:00,2,1\r\nZoé,no,,,0,0\r\n",
  );
});

Deno.test("file names have no character that a file system rejects", () => {
  assert.equal(fileName("#général", "2026-11-27 10:02"), "général-2026-11-27-10-02");
  assert.equal(fileName("../..\\CON:*?"), "CON");
  assert.equal(fileName("///"), "classcord");
  assert.equal(fileName("a".repeat(300)).length, 100);
  assert.match(localTime(0), /^19(?:69|70)-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

Deno.test("attendance begins with the last hour, which ends and begins at midnight at the latest", () => {
  const at = (hours: number, minutes: number) =>
    new Date(2026, 10, 27, hours, minutes, 20).getTime();
  const date = "2026-11-27";
  assert.deepEqual(lastHour(at(10, 5)), { date, from: "09:05", to: "10:06" });
  assert.deepEqual(lastHour(at(0, 0)), { date, from: "00:00", to: "00:01" });
  assert.deepEqual(lastHour(at(0, 37)), { date, from: "00:00", to: "00:38" });
  assert.deepEqual(lastHour(at(23, 59)), { date, from: "22:59", to: "23:59" });
});
