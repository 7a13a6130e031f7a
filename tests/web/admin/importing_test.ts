// Tests of web/admin/importing.ts: a class list is read, planned and imported as on the command line.
import assert from "node:assert/strict";
import { CLASS_ROWS_MAX } from "../../../lib/protocol/requests/classes.ts";
import { LIST_BYTES_MAX } from "../../../lib/school/limits.ts";
import { ListError } from "../../../lib/school/problem.ts";
import { Refused } from "../../../web/admin/ask.ts";
import {
  carryOut,
  checkImport,
  type Choices,
  planImport,
  problemsOf,
  readListFile,
  ROWS_MAX,
} from "../../../web/admin/importing.ts";
import { readGroup } from "../../../web/admin/lists.ts";
import { admin, listFile, LOST } from "./fakes.ts";

const READING = { className: "", passwordMin: 4 };
const NONE: Choices = { resetPasswords: false, disableMissing: false, mustChange: false };
const CSV = "Prénom;Nom;Rôle\nLéa;Martin;\nTom;Petit;prof\n";

Deno.test("the limit of a request with rows is the server's", () => {
  assert.equal(ROWS_MAX, CLASS_ROWS_MAX);
});

Deno.test("a list is planned, imported, and its passwords are the ones that were set", async () => {
  const { ask, chat } = await admin();
  const file = await readListFile(listFile("2SLAM.csv", CSV), READING);
  const plan = await planImport(ask, file, NONE);
  assert.deepEqual([plan.add, plan.new_classes, problemsOf(file, plan).count], [2, ["2SLAM"], 0]);
  assert.equal(chat.accountStore.list().length, 1);
  const { isDone, slips } = await carryOut(ask, file, { ...NONE, confirmed: false });
  assert.equal(isDone, true);
  assert.deepEqual(slips.map(({ name, class: own }) => [name, own]), [
    ["lea.martin", "2SLAM"],
    ["tom.petit", "2SLAM"],
  ]);
  for (const { name, password } of slips) {
    assert.equal(chat.accountStore.findByKey(name)!.passwordHash, password);
    assert.match(password, /^(?:[a-z]{4}-){3}\d\d$/);
  }
  assert.equal(chat.accountStore.findByKey("tom.petit")!.role, "moderator");
  assert.equal((await readGroup(ask, "2SLAM")).rows.length, 2);
});

Deno.test("the class of the form stands before the name of the file", async () => {
  const { ask } = await admin();
  const reading = { ...READING, className: " 1SIO " };
  const file = await readListFile(listFile("liste.csv", CSV), reading);
  assert.deepEqual((await planImport(ask, file, NONE)).new_classes, ["1SIO"]);
});

Deno.test("problems of the file and of the server are listed by line, and nothing is changed", async () => {
  const { ask, chat } = await admin({ eve: "1234/admin" });
  const text = "login;role\nx#y;\nbob;roi\neve;\nzoe;admin\n";
  const file = await readListFile(listFile("c.csv", text), READING);
  const report = await planImport(ask, file, NONE);
  const { problems, count } = problemsOf(file, report);
  assert.deepEqual(problems.map(({ line, code }) => [line, code]), [
    [2, "bad_name"],
    [3, "bad_role"],
    [4, "admin_change"],
    [5, "admin"],
  ]);
  assert.equal(count, 4);
  const { isDone, slips } = await carryOut(ask, file, { ...NONE, confirmed: true });
  assert.deepEqual([isDone, slips], [false, []]);
  assert.equal(chat.accountStore.list().length, 2);
});

Deno.test("a file that is no class list, or too large, is refused before anything is sent", async () => {
  await assert.rejects(readListFile(listFile("c.csv", "couleur\nrouge\n"), READING), ListError);
  const large = {
    name: "c.csv",
    size: LIST_BYTES_MAX + 1,
    arrayBuffer: () => Promise.reject(new Error("the file was read")),
  };
  await assert.rejects(readListFile(large, READING), ListError);
});

Deno.test("many accounts are disabled only with a confirmation", async () => {
  const { ask, chat } = await admin();
  const first = await readListFile(listFile("A.csv", "login\nbob\nlea\nzoe\n"), READING);
  await planImport(ask, first, NONE);
  await carryOut(ask, first, { ...NONE, confirmed: false });
  const second = await readListFile(listFile("A.csv", "login\nbob\n"), READING);
  const choices = { ...NONE, disableMissing: true };
  const plan = await planImport(ask, second, choices);
  assert.deepEqual(plan.disable, ["lea", "zoe"]);
  assert.ok(plan.share > 0.6);
  assert.equal((await carryOut(ask, second, { ...choices, confirmed: false })).isDone, false);
  assert.equal((await carryOut(ask, second, { ...choices, confirmed: true })).isDone, true);
  assert.notEqual(chat.accountStore.findByKey("zoe")!.disabledAt, null);
});

Deno.test("the rows are sent again if the server has forgotten them", async () => {
  const page = await admin();
  const file = await readListFile(listFile("A.csv", "login\nbob\n"), READING);
  // Nothing was planned on this connection.
  const { isDone } = await carryOut(page.ask, file, { ...NONE, confirmed: false });
  assert.equal(isDone, true);
  assert.deepEqual(page.asked, ["class_import", "class_rows", "class_import"]);
});

for (const isLate of [true, false]) {
  const when = isLate ? "after" : "before";
  Deno.test(`if the connection breaks ${when} the import, the page finds out and has the right passwords`, async () => {
    const page = await admin({ old: "1234" });
    const file = await readListFile(listFile("A.csv", "login\nold\nbob\nlea\n"), READING);
    const choices = { ...NONE, mustChange: true };
    const before = await planImport(page.ask, file, choices);
    page[when] = ({ type }) => type === "class_import" ? LOST : undefined;
    const lost = await carryOut(page.ask, file, { ...choices, confirmed: false })
      .catch((error) => error);
    assert.ok(lost instanceof Refused && lost.isUnknown);
    page[when] = () => undefined;
    let result = await checkImport(page.ask, file, { choices, before });
    assert.equal(result.isDone, isLate);
    if (!isLate) result = await carryOut(page.ask, file, { ...choices, confirmed: false });
    assert.deepEqual(result.slips.map(({ name }) => name), ["bob", "lea"]);
    for (const { name, password } of result.slips) {
      assert.equal(page.chat.accountStore.findByKey(name)!.passwordHash, password);
    }
  });
}
