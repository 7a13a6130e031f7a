// Tests of lib/school/sending.ts: the parts of a list that fit into requests, and the slips of an import.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ClassRow } from "../../lib/protocol/requests/classes.ts";
import { partsOf, slipsOf, withPasswords, withRows } from "../../lib/school/sending.ts";

Deno.test("the parts have every row once and in order, and each fits into a line", () => {
  const row = fc.record({
    line: fc.nat(),
    name: fc.string({ maxLength: 1_200, unit: fc.constantFrom("a", "é", "€", '"', "\u2028") }),
  });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 300 }),
      fc.integer({ min: 1, max: 100 }),
      (rows, max) => {
        const parts = [...partsOf(rows, max)];
        assert.deepEqual(parts.flat(), rows);
        for (const part of parts) {
          assert.ok(part.length <= max);
          const line = JSON.stringify({ type: "class_rows", first: true, ref: "r1", rows: part });
          assert.ok(new TextEncoder().encode(line).length < 64 * 1024);
        }
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("a list without rows is still sent, so that the server forgets an earlier one", () => {
  assert.deepEqual([...partsOf([], 100)], [[]]);
});

Deno.test("a password from the file is kept, and every other row gets its own", () => {
  const list = { rows: ["geheim", undefined, undefined].map(rowOf), problems: [], ignored: [] };
  const [own, first, second] = withPasswords(list, 4).map(({ password }) => password);
  assert.equal(own, "geheim");
  assert.ok(first !== second && first!.length > 12 && second!.length > 12);
});

Deno.test("new accounts and new passwords have slips, and nobody else", () => {
  const rows = ["a", "b", "c"].map(rowOf);
  const steps = [
    { line: 0, name: "n0", kind: "add" },
    { line: 1, name: "n1", kind: "change", password: true },
    { line: 2, name: "n2", kind: "change" },
  ] as const;
  assert.deepEqual(slipsOf(steps, rows), [
    { name: "n0", password: "a", class: "2SLAM" },
    { name: "n1", password: "b", class: "2SLAM" },
  ]);
});

function rowOf(password: string | undefined, line: number): ClassRow {
  return {
    line,
    name: `n${line}`,
    class: "2SLAM",
    ...(password === undefined ? {} : { password }),
  };
}

Deno.test("work that needs the rows is done again if the server has lost them, and not forever", async () => {
  const lost = new Error("lost");
  const attempts: boolean[] = [];
  const done = await withRows((mayBeMissing) => {
    attempts.push(mayBeMissing);
    return mayBeMissing ? Promise.resolve("done") : Promise.reject(lost);
  }, (error) => error === lost);
  assert.deepEqual([done, attempts], ["done", [false, true]]);
  await assert.rejects(withRows(() => Promise.reject(lost), () => true), lost);
  let count = 0;
  const other = () => Promise.reject(new Error(`refused ${++count}`));
  await assert.rejects(withRows(other, (error) => error === lost), /refused 1/);
});
