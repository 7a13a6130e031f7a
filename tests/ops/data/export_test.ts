// Tests of lib/ops/data/export_messages.ts: the export formats.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ExportFormat, formatMessages } from "../../../lib/ops/data/export_messages.ts";
import { newMessage } from "../../support/messages.ts";

const messages = [
  { ...newMessage({ content: 'Il a dit "oui", là\nbas' }), id: 1 },
  {
    ...newMessage({ subtype: "private", recipient: "bob", channel: null, content: "=1+1" }),
    id: 2,
  },
];

function format(as: ExportFormat, some = messages): string {
  return [...formatMessages(some, as)].join("");
}

Deno.test("formatMessages writes CSV as described in RFC 4180, without formulas", () => {
  assert.equal(
    format("csv"),
    "id,timestamp,subtype,channel,from,to,content\r\n" +
      '1,2026-11-22T06:20:00.000Z,global,#général,alice,,"Il a dit ""oui"", là\nbas"\r\n' +
      "2,2026-11-22T06:20:00.000Z,private,,alice,bob,'=1+1\r\n",
  );
  for (const content of ["=A1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"]) {
    const [line] = format("csv", [{ ...newMessage({ content }), id: 1 }]).split("\r\n").slice(1);
    assert.match(line!, /,"?'/, JSON.stringify(content));
  }
});

/** Returns the cells that a spreadsheet with this separator reads. Quotes count only at the beginning of a cell. */
function cellsOf(csv: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < csv.length; i++) {
    const char = csv[i]!;
    if (quoted && char === '"' && csv[i + 1] === '"') cell += csv[++i];
    else if (quoted && char === '"') quoted = false;
    else if (quoted) cell += char;
    else if (cell === "" && char === '"') quoted = true;
    else if (char === separator || char === "\n" || char === "\r") {
      cells.push(cell);
      cell = "";
    } else cell += char;
  }
  return [...cells, cell];
}

Deno.test("no cell of CSV is a formula, for any separator of the file and of the spreadsheet", () => {
  const part = fc.constantFrom(
    "=",
    "+",
    "-",
    "@",
    ";",
    ",",
    "\t",
    "|",
    "\r",
    "\n",
    '"',
    "'",
    " ",
    "a1",
    "＝",
  );
  const content = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(fc.property(content, fc.constantFrom(",", ";", "\t", "|"), (content, separator) => {
    const message = { ...newMessage({ content }), id: 1 };
    const csv = [...formatMessages([message], "csv", { separator })].join("");
    for (const expected of [",", ";", "\t", "|"]) {
      for (const cell of cellsOf(csv, expected)) {
        assert.doesNotMatch(
          cell,
          /^[\s"]*[=+\-@＝]/,
          `${JSON.stringify(csv)} read with ${expected}`,
        );
      }
    }
  }));
  const cells = (content: string, separator: string) =>
    cellsOf(
      [...formatMessages([{ ...newMessage({ content }), id: 1 }], "csv", { separator })].join(""),
      separator,
    );
  assert.equal(cells("à demain ;-) ok", ";").at(-3), "à demain ;-) ok", "a smiley is none");
  assert.equal(cells("un; deux | trois, quatre", ";").at(-3), "un; deux | trois, quatre");
});

Deno.test("formatMessages writes CSV for French spreadsheets with semicolons and a byte order mark", () => {
  const [first] = messages;
  const csv = [...formatMessages([first!], "csv", { separator: ";", mark: true })].join("");
  assert.equal(
    csv,
    "\ufeffid;timestamp;subtype;channel;from;to;content\r\n" +
      '1;2026-11-22T06:20:00.000Z;global;#général;alice;;"Il a dit ""oui"", là\nbas"\r\n',
  );
});

Deno.test("formatMessages writes one JSON array, or one object per line", () => {
  const rows = JSON.parse(format("json"));
  assert.deepEqual(rows.map((row: { id: number }) => row.id), [1, 2]);
  assert.equal(rows[1].to, "bob");
  const lines = format("ndjson").trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), rows);
});

Deno.test("formatMessages without messages writes a valid document", () => {
  assert.deepEqual(JSON.parse(format("json", [])), []);
  assert.equal(format("ndjson", []), "");
  assert.equal(format("csv", []).trimEnd().split("\n").length, 1);
});
