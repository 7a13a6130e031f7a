// Tests of the export formats.
import assert from "node:assert/strict";
import { type ExportFormat, formatMessages } from "../../lib/ops/export_messages.ts";
import { newMessage } from "../support/messages.ts";

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

Deno.test("formatMessages writes CSV as RFC 4180 has it, and no formulas", () => {
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

Deno.test("formatMessages writes one JSON array, or one object a line", () => {
  const rows = JSON.parse(format("json"));
  assert.deepEqual(rows.map((row: { id: number }) => row.id), [1, 2]);
  assert.equal(rows[1].to, "bob");
  const lines = format("ndjson").trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), rows);
});

Deno.test("formatMessages of no messages is still a document", () => {
  assert.deepEqual(JSON.parse(format("json", [])), []);
  assert.equal(format("ndjson", []), "");
  assert.equal(format("csv", []).trimEnd().split("\n").length, 1);
});
